/** A model file in Python: the text that the page offers beside the download. */
export const PYTORCH_SNIPPET = `import json, torch
from safetensors import safe_open

class Vae(torch.nn.Module):
    def __init__(self, path):
        super().__init__()
        with safe_open(path, "pt") as f:
            self.model = json.loads(f.metadata()["vae-lab"])["config"]["model"]
            self.t = {name: f.get_tensor(name).float() for name in f.keys()}
        self.act = {"relu": torch.relu, "tanh": torch.tanh, "gelu": torch.nn.functional.gelu}[self.model["activation"]]
    def linear(self, name, x):
        return x @ self.t[name + ".weight"] + self.t[name + ".bias"]
    def hidden(self, part, x, y):  # y: one-hot labels, of a conditional model
        x = x if y is None else torch.cat([x, y], 1)
        for i in range(len(self.model[part + "Hidden"])):
            x = self.act(self.linear(f"{part}.hidden.{i}", x))
        return x
    def encode(self, x, y=None):
        h = self.hidden("encoder", x, y)
        return self.linear("encoder.mu", h), self.linear("encoder.logvar", h) if self.model["variational"] else None
    def decode(self, z, y=None):
        x = self.linear("decoder.output", self.hidden("decoder", z, y))
        return torch.sigmoid(x) if self.model["likelihood"] == "bernoulli" else x

vae = Vae("model.safetensors")
digits = vae.decode(torch.randn(64, vae.model["latentDim"])).view(-1, 28, 28)
`;
