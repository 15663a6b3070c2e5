"""The engine as its callers have it: a child process that is fed, watched and, when it dies, started again. Imports no model code."""

from __future__ import annotations

import logging
import os
import threading
import time
from dataclasses import replace
from pathlib import Path

from facekit.engine.bootstrap import LOG_NAME
from facekit.engine.child import EngineChild
from facekit.engine.inbox import Inbox, SampleRequest
from facekit.engine.messages import PROTOCOL_VERSION, Analyse, Failed, Loading, Ready, Reply, Result, SetSearches, TakeSamples
from facekit.engine.port import EnginePhase, EngineState, EngineStats, OnResult, OnSamples, OnState, require_picture
from facekit.engine.restarts import RestartBudget
from facekit.engine.slot import SlotWriter
from facekit.errors import EngineError, EngineLostError
from facekit.matching.decide import Search
from facekit.paths import log_dir
from facekit.pipeline_config import PipelineConfig
from facekit.types import Frame, FrameResult, Pixels, Sample

logger = logging.getLogger(__name__)

REAL_PIPELINE = "facekit.engine.server:load_pipeline"
_STOP_WITHIN_S = 6.0
_REQUEST_PATIENCE = 6  # a photo has many times the pixels of a frame


class EngineClient:
    """An EnginePort whose models run in a child process. The window goes on whatever becomes of that process.

    One picture is with the child at a time; of the frames that come meanwhile only the newest waits. A process that ends by itself,
    or does not answer, is replaced, three times in a minute at most; the galleries are sent again and a request that it took along
    is answered with EngineLostError. Callbacks come on the client's own thread.

    Args:
        pipeline_target: "module:function" that makes the pipeline from a PipelineConfig, called in the child.
        hang_after_s: A frame not answered for so long (a request: six times that) means that the child hangs.
        load_within_s: The same of loading the models.
        thread_count: Threads of the models; by default all cores but one, which is left to the window.
    """

    def __init__(
        self,
        config: PipelineConfig,
        *,
        on_state: OnState,
        on_result: OnResult,
        pipeline_target: str = REAL_PIPELINE,
        hang_after_s: float = 10.0,
        load_within_s: float = 180.0,
        thread_count: int | None = None,
    ) -> None:
        self._on_state = on_state
        self._on_result = on_result
        self._pipeline_target = pipeline_target
        self._hang_after_s = hang_after_s
        self._load_within_s = load_within_s
        self._thread_count = thread_count or max(1, (os.cpu_count() or 1) - 1)
        self._inbox = Inbox(config)
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        # What follows belongs to the client's thread; others only read it.
        self._slot = SlotWriter()
        self._child: EngineChild | None = None
        self._state = EngineState(EnginePhase.STOPPED)
        self._work: SampleRequest | Frame | None = None
        self._number = 0  # of the picture sent last
        self._deadline: float | None = None
        self._answered = self._failed = self._restarts = 0

    def start(self) -> None:
        """See EnginePort."""
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._inbox.open()
                self._thread = threading.Thread(target=self._run, name="engine-client", daemon=True)
                self._thread.start()

    def offer(self, frame: Frame) -> None:
        """See EnginePort."""
        require_picture(frame.pixels)
        self._inbox.put_frame(frame)

    def set_searches(self, searches: tuple[Search, ...]) -> None:
        """See EnginePort."""
        self._inbox.put_searches(SetSearches(searches))

    def take_samples(self, pixels: Pixels, on_done: OnSamples) -> int:
        """See EnginePort."""
        require_picture(pixels)
        request, is_queued = self._inbox.put_request(pixels, on_done)
        if not is_queued:
            on_done(_not_running())
        return request.request_id

    def restart(self, config: PipelineConfig) -> None:
        """See EnginePort."""
        self._inbox.order(config)

    def stop(self) -> None:
        """See EnginePort. Called from a callback it only gives the order."""
        self._inbox.order_stop()
        thread = self._thread
        if thread is None or thread is threading.current_thread():
            return
        thread.join(_STOP_WITHIN_S)
        if thread.is_alive() and (child := self._child):
            child.kill()
            thread.join(_STOP_WITHIN_S)

    def stats(self) -> EngineStats:
        """See EnginePort."""
        child = self._child
        return EngineStats(
            offered=self._inbox.offered,
            answered=self._answered,
            dropped=self._inbox.dropped,
            failed=self._failed,
            restarts=self._restarts,
            pid=child.pid if child else None,
        )

    def _run(self) -> None:
        try:
            while not self._inbox.is_stopping:
                self._carry_out_order()
        finally:
            self._slot.close()
            self._refuse(self._inbox.close())
            self._tell(EnginePhase.STOPPED)

    def _carry_out_order(self) -> None:
        """Child after child with the models asked for, until something else is asked for."""
        config, budget = self._inbox.take_config(), RestartBudget()
        self._tell(EnginePhase.STARTING)
        while not self._inbox.has_order:
            try:
                self._live(config)
            except EngineLostError as error:
                logger.warning("%s", error)
                pause_s = budget.next_pause_s(time.monotonic())
                if pause_s is None:
                    self._wait_in_failure(_given_up(error))
                else:
                    self._restarts += 1
                    self._tell(EnginePhase.RESTARTING, error.message)
                    self._pause(pause_s)
            except EngineError as error:
                self._wait_in_failure(error)

    def _pause(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._inbox.has_order and (left := until - time.monotonic()) > 0:
            self._inbox.sleep(left)

    def _wait_in_failure(self, error: EngineError) -> None:
        """Nothing runs until other models, or the same again, are asked for."""
        logger.error("%s", error)
        self._tell(EnginePhase.FAILED, error.message, error.hint)
        while not self._inbox.has_order:
            self._refuse(self._inbox.take_requests())
            self._inbox.sleep(None)

    def _live(self, config: PipelineConfig) -> None:
        """One child, from its start until there is an order.

        Raises:
            EngineLostError: It died or hung.
            EngineError: It cannot load its models.
        """
        self._inbox.renew_searches()
        child = self._child = EngineChild(config, self._pipeline_target, self._thread_count)
        kindly = False
        self._deadline = time.monotonic() + self._load_within_s
        try:
            while not self._inbox.has_order:
                self._turn(child)
            kindly = True
        finally:
            self._child = None
            child.end(kindly=kindly)
            self._lose_work()

    def _turn(self, child: EngineChild) -> None:
        """Wait for a message or the bell; then give the child work if it has none."""
        left = None if self._deadline is None else max(0.0, self._deadline - time.monotonic())
        message = child.receive(self._inbox.bell, left)
        self._inbox.silence()
        if message is not None:
            self._take(message)
        elif self._deadline is not None and time.monotonic() >= self._deadline:
            raise EngineLostError("The engine process has not answered in time.")
        while self._deadline is None and self._hand_over(child):
            pass

    def _hand_over(self, child: EngineChild) -> bool:
        """Send the galleries if they are new, and the next picture; whether there was one."""
        if searches := self._inbox.take_searches():
            child.send_searches(searches, within_s=self._hang_after_s)
        self._work = work = self._inbox.take_work()
        if work is None:
            return False
        try:
            picture = self._slot.write(work.pixels)
        except EngineError as error:
            self._settle_with_error(error)
            return True
        self._number += 1
        if isinstance(work, SampleRequest):
            self._deadline = time.monotonic() + self._hang_after_s * _REQUEST_PATIENCE
            child.send(TakeSamples(self._number, picture))
        else:
            self._deadline = time.monotonic() + self._hang_after_s
            child.send(Analyse(self._number, picture, work.frame_id, work.captured_at, work.source_id))
        return True

    def _take(self, message: Reply) -> None:
        """Act on what the child says.

        Raises:
            EngineError: The models are not loaded, or it speaks another protocol.
            EngineLostError: It answers something that was not asked.
        """
        if isinstance(message, Loading):
            self._tell(self._state.phase, message.what)
            return
        self._deadline = None
        if isinstance(message, Ready):
            self._greet(message)
        elif isinstance(message, Failed) and message.request_id is None:
            raise EngineError(message.message, hint=message.hint)
        elif message.request_id != self._number:
            raise EngineLostError("The engine process has answered something that was not asked.")
        elif isinstance(message, Failed):
            self._settle_with_error(EngineError(message.message, hint=message.hint))
        elif isinstance(message, Result):
            self._settle_frame(message.result)
        else:
            self._settle_request(message.samples)

    def _greet(self, ready: Ready) -> None:
        if ready.protocol != PROTOCOL_VERSION:
            raise EngineError(
                f"The engine speaks version {ready.protocol} of the protocol, this program version {PROTOCOL_VERSION}.",
                hint="The program was updated while it ran: start it again.",
            )
        card, *beside = ready.cards
        devices = (ready.detector_device, ready.encoder_device)
        self._set_state(EngineState(EnginePhase.READY, "", "", *devices, card, tuple(beside), _log_path()))

    def _settle_frame(self, result: FrameResult) -> None:
        self._work = None
        self._answered += 1
        self._set_state(replace(self._state, detail="", hint=""))
        self._on_result(result)

    def _settle_request(self, samples: tuple[Sample, ...]) -> None:
        work, self._work = self._work, None
        if isinstance(work, SampleRequest):
            work.on_done(samples)

    def _settle_with_error(self, error: EngineError) -> None:
        """A picture could not be done: a request is answered, a frame shows in the state."""
        work, self._work = self._work, None
        if isinstance(work, SampleRequest):
            work.on_done(error)
        else:
            self._failed += 1
            self._set_state(replace(self._state, detail=error.message, hint=error.hint))

    def _lose_work(self) -> None:
        """The child has gone with a picture in hand."""
        work, self._work = self._work, None
        if isinstance(work, SampleRequest):
            work.on_done(EngineLostError("The engine process ended before it had looked at the picture.", hint="Try again."))
        elif work is not None:
            self._failed += 1

    def _refuse(self, requests: tuple[SampleRequest, ...]) -> None:
        for request in requests:
            request.on_done(_not_running())

    def _tell(self, phase: EnginePhase, detail: str = "", hint: str = "") -> None:
        self._set_state(EngineState(phase, detail, hint, log_path=_log_path()))

    def _set_state(self, state: EngineState) -> None:
        if state != self._state:
            self._state = state
            self._on_state(state)


def _not_running() -> EngineLostError:
    return EngineLostError("The engine is not running.", hint="Start it again.")


def _given_up(error: EngineLostError) -> EngineError:
    """The last straw, as a failure that is not tried again."""
    return EngineError(f"The engine was started again several times and is given up. {error.message}", hint=f"Its log: {_log_path()}")


def _log_path() -> Path:
    return log_dir() / f"{LOG_NAME}.log"
