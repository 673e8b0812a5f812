"""How do all programs of a one-machine ward start together, stay up together and end together?"""

from __future__ import annotations

import json
import os
import selectors
import signal
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from types import FrameType

from il2ward.embedded import redis
from il2ward.embedded.children import signal_group, start_child
from il2ward.embedded.log_files import LogFile
from il2ward.embedded.plan import Plan, Program

READY_WITHIN_S = 120.0
STOP_WITHIN_S = 12.0
FIRST_WAIT_S = 0.5
PAUSE_S = 0.05
LONGEST_WAIT_S = 30.0
SETTLED_AFTER_S = 60.0
FAILURES_BEFORE_READY = 4
FAILURES_OF_AN_EXTRA = 5


class WardDidNotStart(RuntimeError):
    """A step failed or a part did not come up; the message says which and where its log is."""


class Stopping(Exception):
    """Somebody asked the supervisor to end while it was still starting."""


class Child:
    """One program under supervision, across its restarts."""

    def __init__(self, program: Program, log: LogFile, environment: dict[str, str]) -> None:
        self.program = program
        self.log = log
        self.environment = environment
        self.failures = 0
        self.start_again_at: float | None = None
        self.start()

    def start(self) -> None:
        """Start the program with its output on a pipe to the supervisor."""
        reading, writing = os.pipe()
        try:
            self.process = start_child(
                self.program.command,
                output=writing,
                environment=self.environment,
                # Without a supervisor a worker's orderly end could wait for a broker that is gone too.
                if_orphaned=signal.SIGTERM if self.program.name == "redis" else signal.SIGKILL,
            )
        finally:
            os.close(writing)
        os.set_blocking(reading, False)
        self.reading = reading
        self.started_at = time.monotonic()
        self.start_again_at = None

    def wait_before_restart(self) -> float:
        """Return how long to wait before the next start: doubled with each failure, at most half a minute."""
        if time.monotonic() - self.started_at > SETTLED_AFTER_S:
            self.failures = 0
        self.failures += 1
        return min(FIRST_WAIT_S * 2.0 ** (self.failures - 1), LONGEST_WAIT_S)


class Supervisor:
    """Run a plan until told to end. One thread; every child dies with it."""

    def __init__(self, plan: Plan, say: Callable[[str], None]) -> None:
        self.plan = plan
        self.say = say
        self.children: list[Child] = []
        self.selector = selectors.DefaultSelector()
        self.stopping = False
        self.ready = False

    def run(self, on_ready: Callable[[], None]) -> None:
        """Start everything, call ``on_ready`` once the ward answers, and return after a request to end.

        Raises WardDidNotStart when a part does not come up; every child has ended in either case.
        """
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self.ask_to_stop)
        try:
            self.start_all()
            self.ready = True
            on_ready()
            for extra in self.plan.extras():
                self.add(extra)
            while not self.stopping:
                self.turn()
        except Stopping:
            self.say("stopped before it was ready")
        finally:
            self.stop_all()

    def ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        """Note that somebody asked; the loop sees it within a quarter of a second."""
        self.stopping = True

    def start_all(self) -> None:
        """Bring up the broker, the steps and the programs, and wait for the ward to answer."""
        if broker := self.plan.broker():
            redis.prepare_folders(data=self.plan.home / "redis", socket=self.plan.socket)
            self.say("starting the broker")
            self.add(broker)
            self.wait_for("the broker", lambda: redis.answers(self.plan.socket), self.children[-1])
        for step in self.plan.steps():
            self.run_step(step)
        programs = self.plan.programs()
        self.say(f"starting {', '.join(program.name for program in programs)}")
        started = [self.add(program) for program in programs]
        self.wait_for("the ward", self.answers, started[0])
        if self.plan.hl7_port:
            self.wait_for("the HL7 listener", self.hears, started[-1])

    def add(self, program: Program) -> Child:
        """Start a program under supervision."""
        log = LogFile(self.plan.home / "log" / f"{program.name}.log")
        child = Child(program, log, self.plan.environment)
        self.children.append(child)
        self.listen(child)
        return child

    def listen(self, child: Child) -> None:
        """Pass a child's output on to its log from now on."""
        self.selector.register(child.reading, selectors.EVENT_READ, child)

    def run_step(self, program: Program) -> None:
        """Run a program to its end; raise WardDidNotStart when it fails."""
        self.say(program.name)
        child = self.add(program)
        while child.process.poll() is None:
            self.pump(0.1)
            if self.stopping:
                raise Stopping
        self.pump(0)
        self.forget(child)
        if child.process.returncode:
            raise WardDidNotStart(failed(child))

    def wait_for(self, what: str, is_up: Callable[[], bool], watched: Child) -> None:
        """Keep the children going until ``is_up``; raise WardDidNotStart when that takes too long."""
        deadline = time.monotonic() + READY_WITHIN_S
        while not is_up():
            if self.stopping:
                raise Stopping
            if broken := next((c for c in self.children if c.failures >= FAILURES_BEFORE_READY), None):
                raise WardDidNotStart(failed(broken))
            if time.monotonic() > deadline:
                raise WardDidNotStart(f"{what} did not answer within {READY_WITHIN_S:.0f} s. {failed(watched)}")
            self.turn()
            time.sleep(PAUSE_S)

    def answers(self) -> bool:
        """Return True when the web process says that every part is up; of a clock gone back its pages tell."""
        try:
            with urllib.request.urlopen(f"{self.plan.url}healthz", timeout=3) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except urllib.error.HTTPError as bad:
            return is_only_the_clock(json.load(bad))
        except (urllib.error.URLError, OSError):
            return False

    def hears(self) -> bool:
        """Return True when the HL7 listener takes connections."""
        host = "127.0.0.1" if self.plan.hl7_host in {"0.0.0.0", "::"} else self.plan.hl7_host  # noqa: S104
        try:
            with socket.create_connection((host, self.plan.hl7_port), timeout=1):
                return True
        except OSError:
            return False

    def turn(self) -> None:
        """Do one round: pass on output, note who ended, start again who is due."""
        self.pump(0.25)
        for child in list(self.children):
            if child.start_again_at is None:
                if child.process.poll() is not None:
                    self.ended(child)
            elif time.monotonic() >= child.start_again_at:
                child.start()
                self.listen(child)

    def ended(self, child: Child) -> None:
        """Decide what follows when a child has ended: nothing, or a restart after a wait."""
        name, code = child.program.name, child.process.returncode
        if not child.program.lasting and (code == 0 or child.failures + 1 >= FAILURES_OF_AN_EXTRA):
            self.say(f"{name} has finished" if code == 0 else f"{name} fails again and again. {failed(child)}")
            self.forget(child)
            return
        self.drop_pipe(child)
        wait = child.wait_before_restart()
        child.start_again_at = time.monotonic() + wait
        self.say(f"{name} ended with {code}; starting it again in {wait:.1f} s")

    def pump(self, at_most_s: float) -> None:
        """Pass on what the children have said, waiting for at most ``at_most_s`` seconds."""
        if not self.selector.get_map():
            time.sleep(at_most_s)
            return
        for key, _ in self.selector.select(at_most_s):
            child: Child = key.data
            if chunk := os.read(key.fd, 65536):
                child.log.write(chunk)
            else:
                self.drop_pipe(child)

    def drop_pipe(self, child: Child) -> None:
        """Read a pipe to its end and close it; safe to call twice."""
        if child.reading < 0:
            return
        self.selector.unregister(child.reading)
        while chunk := read_or_nothing(child.reading):
            child.log.write(chunk)
        os.close(child.reading)
        child.reading = -1

    def forget(self, child: Child) -> None:
        """Stop supervising a child that has ended for good."""
        self.drop_pipe(child)
        child.log.close()
        self.children.remove(child)

    def stop_all(self) -> None:
        """End every child: the broker last, so that the others can finish what they hold."""
        running = [child for child in self.children if child.process.poll() is None]
        self.stop([child for child in running if child.program.name != "redis"])
        self.stop([child for child in running if child.program.name == "redis"])
        for child in list(self.children):
            self.forget(child)
        self.selector.close()

    def stop(self, children: list[Child]) -> None:
        """Ask the children's groups to end, and kill what is left after twelve seconds."""
        for child in children:
            signal_group(child.process, signal.SIGTERM)
        deadline = time.monotonic() + STOP_WITHIN_S
        while time.monotonic() < deadline and any(child.process.poll() is None for child in children):
            self.pump(0.05)
        for child in children:
            signal_group(child.process, signal.SIGKILL)
            child.process.wait()


def read_or_nothing(descriptor: int) -> bytes:
    """Return what waits in a pipe; empty at its end and when nothing waits."""
    try:
        return os.read(descriptor, 65536)
    except BlockingIOError:
        return b""


def is_only_the_clock(told: dict[str, object]) -> bool:
    """Whether a bad answer of ``/healthz`` complains of nothing but a clock that has gone back."""
    return told.get("clock") == "behind" and (told.get("db"), told.get("broker"), told.get("worker")) == ("up",) * 3


def failed(child: Child) -> str:
    """Return the sentence that says which program failed, with its last lines."""
    last = "\n".join(child.log.last_lines)
    return f"{child.program.name} failed (exit {child.process.returncode}); its log is {child.log.path}\n{last}"
