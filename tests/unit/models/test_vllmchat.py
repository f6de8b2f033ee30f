"""The overlay's backend on a made-up vLLM backend: the real one needs a GPU."""

from __future__ import annotations

import shutil
import subprocess
import sys

from models.layout import Layout

ORIGINAL = """
from utils.engine import Engine  # its own modules lie beside it

class TritonPythonModel:
    def _init_engine(self):
        self.vllm_engine_config = {"model": "weights"}
        self._llm_engine = Engine()
"""
ENGINE = """
class Engine:
    def generate(self, prompt, sampling, request):
        return prompt
    def abort(self, request):
        return "aborted " + request
"""
TOKENIZER = """
class AutoTokenizer:
    all_special_tokens = ["<s>"]
    @classmethod
    def from_pretrained(cls, name):
        assert name == "weights"
        return cls()
    def apply_chat_template(self, messages, tokenize, add_generation_prompt):
        assert (tokenize, add_generation_prompt) == (False, True)
        return "".join(f"<s>{message['role']}: {message['content']}" for message in messages)
"""
SCRIPT = """
from model import TritonPythonModel
made = TritonPythonModel()
made._init_engine()
engine = made._llm_engine
print(engine.generate('[{"role": "user", "content": "Hi <s>"}]', None, "1"))
print(engine.generate("Once", None, "2"))
print(engine.abort("3"))
"""


def test_it_renders_messages_and_leaves_the_rest_to_the_original(tmp_path):
    backend, original = tmp_path / "vllmchat", tmp_path / "vllm"
    root = Layout.here().root
    shutil.copytree(root / "overlays" / "gpu" / "backends" / "vllmchat", backend)
    (original / "utils").mkdir(parents=True)
    (original / "model.py").write_text(ORIGINAL)
    (original / "utils" / "engine.py").write_text(ENGINE)
    (backend / "transformers.py").write_text(TOKENIZER)
    (backend / "script.py").write_text(SCRIPT)

    told = subprocess.run(
        [sys.executable, backend / "script.py"], capture_output=True, text=True, check=True, cwd=backend
    )

    assert told.stdout.splitlines() == ["<s>user: Hi < s>", "Once", "aborted 3"]
