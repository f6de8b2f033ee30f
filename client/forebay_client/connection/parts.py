"""What a client asks about beside questions and documents, each in a file of its own."""

from __future__ import annotations

import grpc

from forebay_client.admin.calls import Admin
from forebay_client.corpora.originals import Originals
from forebay_client.jobs import Jobs
from forebay_client.keeping.calls import Keeping
from forebay_client.records.calls import Records


class Parts:
    """The parts of a client that is connected."""

    _channel: grpc.aio.Channel
    _metadata: tuple[tuple[str, str], ...]
    _timeout: float

    @property
    def jobs(self) -> Jobs:
        """What can be asked about bulk work."""
        return Jobs(self._channel, self._metadata, self._timeout)

    @property
    def originals(self) -> Originals:
        """Reads documents back as they were sent."""
        return Originals(self._channel, self._metadata, self._timeout)

    @property
    def admin(self) -> Admin:
        """What can be asked about resources and keys."""
        return Admin(self._channel, self._metadata, self._timeout)

    @property
    def keeping(self) -> Keeping:
        """What can be asked about how long corpora and documents stay, and how they go."""
        return Keeping(self._channel, self._metadata, self._timeout)

    @property
    def records(self) -> Records:
        """What can be asked about records of requests and about usage."""
        return Records(self._channel, self._metadata, self._timeout)
