"""What an operator may turn about embedding."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from chassis.settings import Settings
from embedding.batching.lane import LaneLimits
from embedding.batching.pending import Shape


class EmbeddingSettings(Settings):
    """Read from `FOREBAY_EMBEDDING_…`."""

    model_config = SettingsConfigDict(env_prefix="FOREBAY_EMBEDDING_")

    tokenizer_file: Path = Path("tokenizer.json")
    """The `tokenizer.json` of the model; `make models` puts it beside the model."""

    window: int = Field(default=256, ge=8, le=8192)
    """Tokens of a text that the model reads; what is longer is cut. 256 is what the model was published with."""

    batch_tokens: int = Field(default=512, ge=1)
    """Rows times width of one batch at most. More gains nothing on a CPU and makes queries wait; a GPU wants 16384."""

    batch_rows: int = Field(default=64, ge=1)
    """Texts of one batch at most; no more than the model's `max_batch_size`."""

    batch_step: int = Field(default=4, ge=1)
    """A batch with room left is padded to a multiple of this many tokens, so that Triton can join those of several
    replicas."""

    batch_slack: int = Field(default=16, ge=0)
    """Tokens by which a text may be shorter than the longest of its batch: fewer batches, more padding."""

    in_flight: int = Field(default=2, ge=1)
    """Batches at the model at once, for queries and for passages each."""

    gather: float = Field(default=0.001, ge=0, le=0.1)
    """Seconds that a batch that is not full waits for company while others are in flight."""

    queue_tokens: int = Field(default=262_144, ge=1)
    """Tokens that may wait, for queries and for passages each; beyond it requests are refused."""

    memory_texts: int = Field(default=4096, ge=0)
    """Queries whose vectors are remembered: 2 kB each with 384 dimensions."""

    memory_seconds: float = Field(default=300.0, gt=0, le=86400)
    """How long each of them is."""

    def lanes(self) -> LaneLimits:
        """Return how lanes work."""
        shape = Shape(tokens=self.batch_tokens, rows=self.batch_rows, step=self.batch_step, slack=self.batch_slack)
        return LaneLimits(shape=shape, in_flight=self.in_flight, gather=self.gather, queue_tokens=self.queue_tokens)
