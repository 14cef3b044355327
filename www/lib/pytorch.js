/** A model file in Python: the text of docs/pytorch.py, which the page offers beside the download. */
export const PYTORCH_SNIPPET = `import json
import torch
from safetensors import safe_open

ACTIVATIONS = {"relu": torch.relu, "tanh": torch.tanh, "gelu": torch.nn.functional.gelu}

class Vae(torch.nn.Module):
    def __init__(self, path):
        super().__init__()
        file = safe_open(path, "pt")
        self.model = json.loads(file.metadata()["vae-lab"])["config"]["model"]
        self.tensors = {name: file.get_tensor(name).float() for name in file.keys()}
    def layer(self, name, x):
        return x @ self.tensors[f"{name}.weight"] + self.tensors[f"{name}.bias"]
    def hidden(self, part, *x):  # rows of pixels or codes and, for a conditional model, one-hot labels
        h = torch.cat(x, 1)
        for i in range(len(self.model[f"{part}Hidden"])):
            h = ACTIVATIONS[self.model["activation"]](self.layer(f"{part}.hidden.{i}", h))
        return h
    def encode(self, *x):  # x in [0, 1] -> mu, logvar
        h = self.hidden("encoder", *x)
        return self.layer("encoder.mu", h), self.layer("encoder.logvar", h) if self.model["variational"] else None
    def decode(self, *z):  # z -> pixels in [0, 1]
        return torch.sigmoid(self.layer("decoder.output", self.hidden("decoder", *z)))
`;
