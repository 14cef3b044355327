//! A run: the model, the optimizer, the generator and the place in the data, all of which outlive a step.

use rand::Rng;
use serde::{Deserialize, Serialize};

use super::metrics::CurveWindow;
use super::{
    Batch, BurnEngine, Engine, EngineKind, EngineState, Evaluation, EvaluationProgress,
    EvaluationRequest, FusedEngine, LiveChange, Losses, OutputBias, StepMetrics, StepSettings,
    TrainingConfig,
};
use crate::data::{Batcher, Binarization, Digits, FIRST_WINDOW, PIXELS, Split};
use crate::device::default_device;
use crate::error::{Error, Result};
use crate::kernels::{self, Team};
use crate::model::initial_parameters;
use crate::random::{Generator, Purpose, fill_normal, generator};

/// A point of the training curve is the mean over this many steps.
pub const POINT_INTERVAL: u64 = 20;
/// Held-out images are looked at every so many steps, and at the end of each epoch.
pub const EVALUATION_INTERVAL: u64 = 100;
/// The most workers that share a step.
const MAX_SHARES: usize = 1024;

/// Where a run stands, apart from its weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// Updates made.
    pub step: u64,
    /// The current epoch, from 0.
    pub epoch: u32,
    /// Images of this epoch that have been used.
    pub position: usize,
    /// Images in an epoch; unknown before the data is.
    pub images: Option<usize>,
    pub(super) rng: Generator,
    pub(super) window: CurveWindow,
}

impl Progress {
    /// The place before the first step.
    pub(crate) fn start(seed: u32) -> Self {
        Self {
            step: 0,
            epoch: 0,
            position: 0,
            images: None,
            rng: generator(seed, Purpose::Training, 0),
            window: CurveWindow::default(),
        }
    }

    /// Whether the generator is alive, and the point of the curve under way has less than `length` steps.
    pub(crate) fn is_sound(&self, length: u64) -> bool {
        // A state of zeros gives nothing but zeros.
        let mut rng = self.rng.clone();
        self.window.is_sound(length) && (0..8).any(|_| rng.next_u64() != 0)
    }

    /// Passes over the training images so far, with fraction.
    pub fn epochs(&self) -> f64 {
        let fraction = self
            .images
            .map_or(0.0, |images| self.position as f64 / images as f64);
        f64::from(self.epoch) + fraction
    }
}

/// A run that can be stepped, evaluated, saved and taken up again.
pub struct TrainingSession {
    config: TrainingConfig,
    engine: Box<dyn Engine>,
    team: Team,
    progress: Progress,
    batcher: Option<Batcher>,
    point: Option<StepMetrics>,
    x: Vec<f32>,
    labels: Vec<u8>,
    eps: Vec<f32>,
    /// The settings of a shared step that has begun.
    begun: Option<StepSettings>,
}

/// What one worker takes of a step.
#[derive(Clone, Copy, Debug)]
pub struct Share<'a> {
    /// Its images and their noise.
    pub batch: Batch<'a>,
    /// How many images the whole batch has.
    pub batch_images: usize,
    /// The same for every worker.
    pub settings: StepSettings,
}

impl TrainingSession {
    /// A new run: weights from the seed, step 0.
    ///
    /// # Errors
    ///
    /// A hyper-parameter out of bounds.
    pub fn new(config: TrainingConfig) -> Result<Self> {
        config.validate()?;
        let mut rng = generator(config.seed, Purpose::Initialization, 0);
        let state = EngineState::fresh(initial_parameters(
            &config.model,
            config.initialization,
            &mut rng,
        ));
        let progress = Progress::start(config.seed);
        Ok(Self::resume(config, state, progress))
    }

    pub(crate) fn resume(config: TrainingConfig, state: EngineState, progress: Progress) -> Self {
        let team = Team::default();
        Self {
            engine: engine(&config, state, &team),
            team,
            config,
            progress,
            batcher: None,
            point: None,
            x: Vec::new(),
            labels: Vec::new(),
            eps: Vec::new(),
            begun: None,
        }
    }

    /// The same model, for evaluations under another convention and with noise from another seed. Training it on would
    /// follow them too.
    #[must_use]
    pub fn with_convention(mut self, convention: Binarization, seed: u32) -> Self {
        self.config.binarization = convention;
        self.config.seed = seed;
        self
    }

    /// Computes on another team, or on a new one of so many threads; without this, on all cores. The fused engine alone
    /// uses more than one, and their number changes no result.
    ///
    /// # Errors
    ///
    /// The state cannot be read.
    pub fn use_team(&mut self, team: impl Into<Team>) -> Result<()> {
        self.team = team.into();
        self.engine = engine(&self.config, self.engine.state()?, &self.team);
        Ok(())
    }

    /// The settings of the run, live changes included.
    pub fn config(&self) -> &TrainingConfig {
        &self.config
    }

    /// Where the run stands.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// What computes; for encoding and decoding.
    pub fn engine(&mut self) -> &mut dyn Engine {
        &mut *self.engine
    }

    /// The engine that can share its steps.
    ///
    /// # Errors
    ///
    /// It is not the fused one.
    pub fn fused(&mut self) -> Result<&mut FusedEngine> {
        self.engine.as_fused().ok_or(Error::NotShared {})
    }

    /// A copy of all that training changes.
    pub fn state(&self) -> Result<EngineState> {
        self.engine.state()
    }

    /// Changes what may change while training.
    ///
    /// # Errors
    ///
    /// A value out of bounds; nothing is changed then.
    pub fn change(&mut self, change: LiveChange) -> Result<()> {
        self.config = self.config.with(change)?;
        Ok(())
    }

    /// The steps of an epoch, once the data is known.
    pub fn steps_per_epoch(&self) -> Option<usize> {
        self.progress
            .images
            .map(|images| images.div_ceil(self.config.batch_size))
    }

    /// One update. `None` if the images that it needs have not arrived yet.
    ///
    /// # Errors
    ///
    /// The data is not that of the run, or nothing is left of it to learn from.
    pub fn step(&mut self, train: &Digits) -> Result<Option<StepMetrics>> {
        self.begun = None;
        let Some(settings) = self.draw(train)? else {
            return Ok(None);
        };
        let batch = Batch {
            x: &self.x,
            labels: &self.labels,
            eps: &self.eps,
        };
        let losses = self.engine.train_step(batch, &settings);
        Ok(Some(self.count_step(&losses)))
    }

    /// Begins an update that several workers share: draws its batch. `false` if the images that it needs have not arrived
    /// yet. Then come [`share`](Self::share), [`gradients`](Self::gradients) and [`finish_step`](Self::finish_step).
    ///
    /// # Errors
    ///
    /// Those of [`step`](Self::step).
    pub fn begin_step(&mut self, train: &Digits) -> Result<bool> {
        self.begun = self.draw(train)?;
        Ok(self.begun.is_some())
    }

    /// What one of `count` workers takes of the step that has begun.
    ///
    /// # Errors
    ///
    /// No step has begun, or there is no such share.
    pub fn share(&self, index: usize, count: usize) -> Result<Share<'_>> {
        check_share(index, count)?;
        let batch = Batch {
            x: &self.x,
            labels: &self.labels,
            eps: &self.eps,
        };
        Ok(Share {
            batch: batch.share(self.config.model.latent_dim, index, count),
            batch_images: self.x.len() / PIXELS,
            settings: self.begun.ok_or(Error::NoStep {})?,
        })
    }

    /// Computes the gradients of a share of the step that has begun.
    ///
    /// # Errors
    ///
    /// No step has begun, there is no such share, or the engine is not the fused one.
    pub fn gradients(&mut self, index: usize, count: usize) -> Result<kernels::Losses> {
        check_share(index, count)?;
        let batch = Batch {
            x: &self.x,
            labels: &self.labels,
            eps: &self.eps,
        };
        let share = batch.share(self.config.model.latent_dim, index, count);
        let settings = self.begun.ok_or(Error::NoStep {})?;
        let engine = self.engine.as_fused().ok_or(Error::NotShared {})?;
        Ok(engine.gradients(share, self.x.len() / PIXELS, &settings))
    }

    /// Ends the step that has begun with everybody's losses, added up, and gradients; see [`FusedEngine::update_with`].
    /// This session has the first share.
    ///
    /// # Errors
    ///
    /// No step has begun, or the engine is not the fused one.
    pub fn finish_step(
        &mut self,
        losses: &kernels::Losses,
        others: usize,
        read: impl FnMut(usize, usize, &mut [f32]),
    ) -> Result<StepMetrics> {
        let engine = self.engine.as_fused().ok_or(Error::NotShared {})?;
        let settings = self.begun.take().ok_or(Error::NoStep {})?;
        let losses = engine.objective(losses, &settings);
        engine.update_with(&settings, 0, others, read);
        Ok(self.count_step(&losses))
    }

    /// Draws a batch and its noise. `None` if an image has not arrived yet.
    fn draw(&mut self, train: &Digits) -> Result<Option<StepSettings>> {
        if train.is_empty() || !self.batch_is_here(train)? {
            return Ok(None);
        }
        // Before anything is drawn: a wait must not change what is drawn afterwards.
        if self.progress.step == 0
            && self.config.output_bias == OutputBias::DataMean
            && !self.start_bias(train)?
        {
            return Ok(None);
        }
        self.gather(train);
        let latent = self.config.model.latent_dim;
        self.eps.resize(self.x.len() / PIXELS * latent, 0.0);
        fill_normal(&mut self.eps, &mut self.progress.rng);
        Ok(Some(self.config.step_settings(self.progress.epochs())))
    }

    fn count_step(&mut self, losses: &Losses) -> StepMetrics {
        self.go_on();
        let metrics = StepMetrics {
            step: self.progress.step,
            epoch: self.progress.epochs(),
            recon: losses.recon,
            kl: losses.kl,
            elbo: -(losses.recon + losses.kl),
            loss: losses.objective,
        };
        self.point = self.progress.window.add(&metrics, POINT_INTERVAL);
        metrics
    }

    /// The point of the training curve that the last step completed, if it did.
    pub fn take_point(&mut self) -> Option<StepMetrics> {
        self.point.take()
    }

    /// Whether held-out images should be looked at now.
    pub fn evaluation_due(&self) -> bool {
        let Progress { step, position, .. } = self.progress;
        step > 0 && (step.is_multiple_of(EVALUATION_INTERVAL) || position == 0)
    }

    /// Starts an evaluation.
    ///
    /// # Errors
    ///
    /// A request out of bounds, or the images of the split are not complete yet, or there are none.
    pub fn begin_evaluation(
        &self,
        request: EvaluationRequest,
        train: &Digits,
        test: &Digits,
    ) -> Result<Evaluation> {
        request.check()?;
        let split = request.split;
        let digits = if split == Split::Test { test } else { train };
        self.check_complete(digits)?;
        let (learnt, held_out) = digits.split(self.config.validation_images);
        let range = match split {
            Split::Train => learnt,
            Split::Validation => held_out,
            Split::Test => 0..digits.len(),
        };
        if range.is_empty() {
            return Err(Error::NothingToEvaluate {});
        }
        let Progress { step, .. } = self.progress;
        Ok(Evaluation::new(
            request,
            range,
            step,
            self.progress.epochs(),
            &self.config,
        ))
    }

    /// Whether every image is here, and its label where the model is told it.
    fn check_complete(&self, digits: &Digits) -> Result<()> {
        let model = &self.config.model;
        if model.conditional {
            digits.check_labels(model.classes)?;
        }
        let labels = !model.conditional || digits.labels.is_complete();
        if digits.images.is_complete() && labels {
            return Ok(());
        }
        Err(Error::ImagesOnTheirWay {})
    }

    /// Evaluates the next slice of images.
    ///
    /// # Errors
    ///
    /// The model has learnt since the evaluation began, or its images are not those that it began with.
    pub fn advance_evaluation(
        &mut self,
        evaluation: &mut Evaluation,
        train: &Digits,
        test: &Digits,
    ) -> Result<EvaluationProgress> {
        if evaluation.step() != self.progress.step {
            return Err(Error::ModelChanged {});
        }
        let digits = if evaluation.split() == Split::Test {
            test
        } else {
            train
        };
        if evaluation.progress().result.is_none() {
            self.check_complete(digits)?;
            if !evaluation.fits(digits) {
                return Err(Error::ImagesChanged {});
            }
            evaluation.advance(digits, &mut *self.engine, &self.config);
        }
        Ok(evaluation.progress())
    }

    /// Whether all images of the next batch have arrived, and their labels where the model is told them.
    fn batch_is_here(&mut self, train: &Digits) -> Result<bool> {
        self.find_place(train)?;
        let model = &self.config.model;
        if model.conditional {
            train.check_labels(model.classes)?;
        }
        let batch = self.batcher.as_ref().and_then(Batcher::peek);
        Ok(batch.unwrap_or_default().iter().all(|&index| {
            let index = index as usize;
            train.image(index).is_some() && (!model.conditional || train.label(index).is_some())
        }))
    }

    /// Fills `x` and `labels` with the next batch, which is here.
    fn gather(&mut self, train: &Digits) {
        let batch = self.batcher.as_ref().and_then(Batcher::peek);
        self.x.clear();
        self.labels.clear();
        for index in batch
            .unwrap_or_default()
            .iter()
            .map(|&index| index as usize)
        {
            if self.config.model.conditional {
                self.labels.extend(train.label(index));
            }
            if let Some(image) = train.image(index) {
                let Progress { rng, .. } = &mut self.progress;
                self.config.binarization.append(image, &mut self.x, rng);
            }
        }
    }

    /// Makes the batcher for this data, or checks that it is the data of the run.
    fn find_place(&mut self, train: &Digits) -> Result<()> {
        let images = train.split(self.config.validation_images).0.len();
        if images == 0 {
            return Err(Error::NothingToLearnFrom {
                images: train.len(),
                found: self.config.validation_images,
            });
        }
        if let Some(expected) = self.progress.images
            && expected != images
        {
            return Err(Error::OtherImages {
                expected,
                found: images,
            });
        }
        if self.batcher.is_none() {
            let Progress {
                epoch, position, ..
            } = self.progress;
            self.progress.images = Some(images);
            self.batcher = Some(Batcher::new(
                self.config.seed,
                images,
                self.config.batch_size,
                epoch,
                position,
            ));
        }
        Ok(())
    }

    /// Starts the bias of the decoder's last layer at the logit of the mean training image; `false` if the images for the
    /// mean have not arrived. Only the first window counts, so that a run does not depend on how fast the rest arrives.
    fn start_bias(&mut self, train: &Digits) -> Result<bool> {
        let images = train
            .split(self.config.validation_images)
            .0
            .len()
            .min(FIRST_WINDOW);
        let mut mean = vec![0.0; PIXELS];
        for index in 0..images {
            let Some(image) = train.image(index) else {
                return Ok(false);
            };
            for (mean, &byte) in mean.iter_mut().zip(image) {
                *mean += f64::from(byte) / 255.0 / images as f64;
            }
        }
        let mut state = self.engine.state()?;
        let bias = state.parameters.len() - PIXELS;
        for (bias, mean) in state.parameters[bias..].iter_mut().zip(mean) {
            // Pixels that are never inked would have an infinite logit.
            let mean = mean.clamp(0.001, 0.999);
            *bias = (mean / (1.0 - mean)).ln() as f32;
        }
        self.engine = engine(&self.config, state, &self.team);
        Ok(true)
    }

    /// Counts the step and goes past its batch.
    fn go_on(&mut self) {
        self.progress.step += 1;
        if let Some(batcher) = &mut self.batcher {
            batcher.advance();
            self.progress.epoch = batcher.epoch();
            self.progress.position = batcher.position();
        }
    }
}

fn check_share(index: usize, count: usize) -> Result<()> {
    if !(1..=MAX_SHARES).contains(&count) {
        return Err(Error::not_whole("count", 1, MAX_SHARES, count as f64));
    }
    if index >= count {
        return Err(Error::not_whole("index", 0, count - 1, index as f64));
    }
    Ok(())
}

fn engine(config: &TrainingConfig, state: EngineState, team: &Team) -> Box<dyn Engine> {
    match config.engine {
        EngineKind::Fused => Box::new(FusedEngine::new(&config.model, state, team.clone())),
        EngineKind::Burn => Box::new(BurnEngine::new(&config.model, &state, &default_device())),
    }
}
