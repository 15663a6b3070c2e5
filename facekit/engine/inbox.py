"""What callers have asked of an engine client and its thread has not yet seen to. Every method may be called from any thread."""

from __future__ import annotations

import itertools
import threading
from collections import deque
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe, wait

from facekit.engine.messages import SetSearches
from facekit.engine.port import OnSamples
from facekit.pipeline_config import PipelineConfig
from facekit.types import Frame, Pixels


@dataclass(frozen=True, slots=True, eq=False)
class SampleRequest:
    """A picture whose samples are due."""

    request_id: int
    pixels: Pixels
    on_done: OnSamples


class Inbox:
    """One frame (the newest), the open requests, the galleries, and the order to stop or to change models."""

    def __init__(self, config: PipelineConfig) -> None:
        self._lock = threading.Lock()
        self._bell, self._ring = Pipe(duplex=False)
        self._has_rung = False
        self._config = config
        self._is_open = False
        self._is_stopping = False
        self._is_ordered = False
        self._frame: Frame | None = None
        self._requests: deque[SampleRequest] = deque()
        self._numbers = itertools.count(1)
        self._searches: SetSearches | None = None
        self._searches_are_new = False
        self.offered = 0
        self.dropped = 0

    @property
    def bell(self) -> Connection:
        """Readable when something was put in: wait on it together with the child's pipe."""
        return self._bell

    def silence(self) -> None:
        """Take back the bell, before looking at what was put in."""
        with self._lock:
            if self._has_rung:
                self._bell.recv_bytes()
                self._has_rung = False

    def sleep(self, seconds: float | None) -> None:
        """Wait until something is put in, at most so long."""
        wait([self._bell], seconds)
        self.silence()

    def open(self) -> None:
        """Take requests from now on."""
        with self._lock:
            self._is_open, self._is_stopping = True, False

    def close(self) -> tuple[SampleRequest, ...]:
        """Take no more requests; those that nobody will answer now."""
        with self._lock:
            self._is_open, self._frame = False, None
        return self.take_requests()

    def order_stop(self) -> None:
        """Have the thread end the child and itself."""
        with self._lock:
            self._is_stopping = True
            self._ring_bell()

    def order(self, config: PipelineConfig) -> None:
        """Have the thread start again with these models; the galleries of other encoders are forgotten."""
        with self._lock:
            if config.encoders != self._config.encoders:
                self._searches = None
            self._config = config
            self._is_ordered = True
            self._ring_bell()

    @property
    def is_stopping(self) -> bool:
        """Whether the thread is to end."""
        with self._lock:
            return self._is_stopping

    @property
    def has_order(self) -> bool:
        """Whether the present child is to end: for good, or for another."""
        with self._lock:
            return self._is_stopping or self._is_ordered

    def take_config(self) -> PipelineConfig:
        """The models to load now; the order is carried out by that."""
        with self._lock:
            self._is_ordered = False
            return self._config

    def put_frame(self, frame: Frame) -> None:
        """Offer a frame; the one that waited is dropped."""
        with self._lock:
            self.offered += 1
            self.dropped += self._frame is not None
            self._frame = frame
            self._ring_bell()

    def put_searches(self, command: SetSearches) -> None:
        """Replace the galleries."""
        with self._lock:
            self._searches, self._searches_are_new = command, True
            self._ring_bell()

    def renew_searches(self) -> None:
        """The next child has not seen the galleries yet."""
        with self._lock:
            self._searches_are_new = True

    def put_request(self, pixels: Pixels, on_done: OnSamples) -> tuple[SampleRequest, bool]:
        """A request, and whether it was queued: a closed inbox takes none."""
        with self._lock:
            request = SampleRequest(next(self._numbers), pixels, on_done)
            if self._is_open:
                self._requests.append(request)
                self._ring_bell()
            return request, self._is_open

    def take_searches(self) -> SetSearches | None:
        """The galleries, once per change and per child."""
        with self._lock:
            are_new, self._searches_are_new = self._searches_are_new, False
            return self._searches if are_new else None

    def take_work(self) -> SampleRequest | Frame | None:
        """The oldest request, else the newest frame, each once; nothing while an order waits: this child will not answer it."""
        with self._lock:
            if self._is_stopping or self._is_ordered:
                return None
            if self._requests:
                return self._requests.popleft()
            frame, self._frame = self._frame, None
            return frame

    def take_requests(self) -> tuple[SampleRequest, ...]:
        """All open requests, once."""
        with self._lock:
            requests = tuple(self._requests)
            self._requests.clear()
            return requests

    def _ring_bell(self) -> None:
        if not self._has_rung:  # one message at most: a bell that nobody hears must never fill its pipe and block a caller
            self._ring.send_bytes(b"!")
            self._has_rung = True
