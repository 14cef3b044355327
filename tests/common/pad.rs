//! The page's drawing pad: strokes become ink, as `www/lib/ink.js` paints them.

use std::fs;

use serde::Deserialize;

use super::fixture;

/// The pad's side in pixels.
pub const PAD_SIDE: usize = 280;
/// Straight pieces that a curve between two midpoints is painted as.
const PIECES: usize = 8;

/// A digit drawn on the pad.
#[derive(Debug, Deserialize)]
pub struct Drawing {
    /// The digit that was meant.
    pub digit: u8,
    /// The width of the pen, pixels.
    pub pen: f32,
    /// What is particular about it, in words.
    pub style: String,
    /// Each is x0, y0, x1, y1, …
    pub strokes: Vec<Vec<f32>>,
}

/// The drawings of `tests/fixtures/freehand.json`.
pub fn freehand() -> Vec<Drawing> {
    let text = fs::read_to_string(fixture("freehand.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

impl Drawing {
    /// Coverage of the pad, `280 x 280` bytes row by row, 0 for paper, 255 for full ink.
    pub fn ink(&self) -> Vec<u8> {
        let mut ink = vec![0; PAD_SIDE * PAD_SIDE];
        for points in &self.strokes {
            for ends in smooth(points).windows(2) {
                self.paint(ends[0], ends[1], &mut ink);
            }
        }
        ink
    }

    /// Paints a straight piece with a round pen, whose edge is one pixel soft.
    fn paint(&self, start: Point, end: Point, ink: &mut [u8]) {
        let reach = self.pen / 2.0 + 1.0;
        let pixels = |a: f32, b: f32| {
            let side = PAD_SIDE as f32;
            (a.min(b) - reach).clamp(0.0, side) as usize
                ..(a.max(b) + reach).clamp(0.0, side) as usize
        };
        for y in pixels(start.y, end.y) {
            for x in pixels(start.x, end.x) {
                let distance = distance(start, end, Point::new(x as f32 + 0.5, y as f32 + 0.5));
                let coverage = (self.pen / 2.0 - distance + 0.5).clamp(0.0, 1.0);
                let pixel = &mut ink[y * PAD_SIDE + x];
                *pixel = (*pixel).max((coverage * 255.0).round() as u8);
            }
        }
    }
}

#[derive(Clone, Copy)]
struct Point {
    x: f32,
    y: f32,
}

impl Point {
    fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    /// The point a share of the way to another.
    fn towards(self, other: Self, share: f32) -> Self {
        Self::new(
            self.x + (other.x - self.x) * share,
            self.y + (other.y - self.y) * share,
        )
    }
}

/// A stroke as a line of straight pieces: through the midpoints of its points, with each point as the control point of a
/// quadratic curve.
fn smooth(points: &[f32]) -> Vec<Point> {
    let points: Vec<Point> = points
        .chunks_exact(2)
        .map(|point| Point::new(point[0], point[1]))
        .collect();
    let mut line = vec![points[0]];
    for three in points.windows(3) {
        let start = three[0].towards(three[1], 0.5);
        let end = three[1].towards(three[2], 0.5);
        for piece in 0..=PIECES {
            let share = piece as f32 / PIECES as f32;
            let (first, second) = (start.towards(three[1], share), three[1].towards(end, share));
            line.push(first.towards(second, share));
        }
    }
    line.extend(points.last());
    line
}

/// How far a place is from a straight piece.
fn distance(start: Point, end: Point, place: Point) -> f32 {
    let (along_x, along_y) = (end.x - start.x, end.y - start.y);
    let square = along_x * along_x + along_y * along_y;
    let product = (place.x - start.x) * along_x + (place.y - start.y) * along_y;
    let share = if square > 0.0 { product / square } else { 0.0 };
    let nearest = start.towards(end, share.clamp(0.0, 1.0));
    (place.x - nearest.x).hypot(place.y - nearest.y)
}
