"""What all parts of a snapshot are: checked, and never changed."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A part of a snapshot. Unknown fields are mistakes, and values are not echoed: one may be a secret."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
