# SPDX-License-Identifier: GPL-2.0-only
"""Runs guest cases, and says in TAP what came of each."""

import concurrent.futures
import fnmatch
import os
import signal
import subprocess
import sys
import time
import traceback

from images import Images, Missing, Undeclared


def matches(name, patterns):
    """Whether one of the shell @patterns is about @name; they are about any if there is none."""
    return not patterns or any(fnmatch.fnmatch(name, pattern) for pattern in patterns)


def end_at_once(before=lambda: None):
    """Has signals end this process without waiting for its guests, which end with it.

    Those that its starter has it ignore, as nohup does, it goes on to ignore.
    """
    def end(number, _):
        before()
        os._exit(128 + number)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, end)


def prepare(table, out):
    """Makes what several of the cases of @table share, below the directory @out."""
    made = Images(out)
    made.build_selftest()
    made.prepare({1} | {case.payload for case in table})
    return made


class Outcome:
    """What came of one case.

    Its guests ran for @seconds; with its setting up and its judges it @took longer.
    """

    def __init__(self, case):
        self.case = case
        self.problems = []
        self.skipped = []
        self.passed = 0
        self.seconds = 0.0
        self.took = 0.0
        self.guest = None

    def verdict(self):
        if self.problems:
            return "failed"
        return "skipped" if self.skipped else "passed"


def run_case(case, made, options):
    """What comes of a case; whatever breaks in it fails it alone."""
    outcome = Outcome(case)
    start = time.monotonic()
    try:
        attempt(outcome, made, options)
    except Exception:
        outcome.problems += traceback.format_exc().splitlines()
    outcome.took = time.monotonic() - start
    return outcome


def attempt(outcome, made, options):
    """Sets a case up, runs it and judges it."""
    case = outcome.case
    try:
        setup = case.setup(Images(made.out, case.needs(options.stock)), options.stock)
        outcome.guest = setup.guest()
    except (Missing, Undeclared, OSError, subprocess.CalledProcessError) as failure:
        outcome.problems = [f"setting up failed: {failure}"]
        return
    outcome.problems, report = setup.judge(outcome.guest, outcome.guest.run(setup.watch))
    outcome.seconds = outcome.guest.seconds
    outcome.passed = report.passed
    outcome.skipped = report.skipped
    if outcome.verdict() == "passed" and not options.keep:
        setup.clean()


def say(number, outcome):
    """Prints one case's result in TAP."""
    name = outcome.case.name
    detail = f"{outcome.passed} checks, {outcome.seconds:.1f} s"
    verdict = outcome.verdict()
    if verdict == "passed":
        print(f"ok {number} - {name} # {detail}")
    elif verdict == "skipped":
        print(f"ok {number} - {name} # SKIP {'; '.join(outcome.skipped)}")
    else:
        print(f"not ok {number} - {name} # {detail}")
        for problem in outcome.problems:
            print("#   " + problem)
        if outcome.guest:
            say_tail(outcome.guest)
    sys.stdout.flush()


def say_tail(guest):
    print(f"#   the console's last words, all of them in {guest.console}:")
    for line in guest.tail():
        print("#     " + line)


def run_all(table, made, options):
    """Runs the cases, @options.jobs at a time; yields their outcomes."""
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        pending = [pool.submit(run_case, case, made, options) for case in table]
        for done in concurrent.futures.as_completed(pending):
            yield done.result()
