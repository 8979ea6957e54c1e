# SPDX-License-Identifier: GPL-2.0-only
"""Lets crash and makedumpfile of a newer release look at a dump."""

import os
import re
import subprocess

JUDGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "judge")
TIMEOUT = 300

# What is asked of crash, and the file below the dump's directory it answers in.
COMMANDS = ("sys", "set -p", "bt -a", "bt -T", "log", "ps")

TASK = re.compile(r"^PID: (\d+)\s+TASK: \S+\s+CPU: (\d+)\s+COMMAND: \"(.*)\"$", re.M)

class Unreadable(Exception):
    """The dump could not be opened."""


def run_judge(root, kernel_directory, dump_directory, *command, **streams):
    """Runs @command in the directory tree @root, as the script `judge` does."""
    done = subprocess.run(
        [JUDGE, kernel_directory, dump_directory, *command],
        env={**os.environ, "JUDGES": root, "TERM": "dumb"}, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, errors="replace", timeout=TIMEOUT, check=False,
        **{"stdin": subprocess.DEVNULL, **streams})
    if done.returncode:
        raise Unreadable(f"{' '.join(command)}: " + " / ".join(done.stdout.splitlines()[-3:]))
    return done.stdout


class Task:
    """One task's backtrace."""

    def __init__(self, pid, cpu, command, trace):
        self.pid = int(pid)
        self.cpu = int(cpu)
        self.command = command
        self.trace = trace

    def passes(self, function):
        """Whether the task is inside @function."""
        return re.search(rf"^ *#\d+ \[[0-9a-f]+\] {function} at "
                         rf"|\[exception RIP: {function}(\+\d+)?\]$", self.trace, re.M)


class Analysis:
    """What crash says of the dump @directory/@name."""

    def __init__(self, root, vmlinux, directory, name):
        self.answers = {}
        script = [f"{command} > /mnt/dump/{name}.{answer_name(command)}" for command in COMMANDS]
        path = os.path.join(directory, name + ".commands")
        with open(path, "w", encoding="ascii") as out:
            out.write("\n".join(script + ["quit", ""]))
        run_judge(root, os.path.dirname(vmlinux), directory, "crash", "-s", "-i",
                  f"/mnt/dump/{name}.commands", "/mnt/kernel/" + os.path.basename(vmlinux),
                  f"/mnt/dump/{name}")
        for command in COMMANDS:
            self.answers[command] = answer(directory, name, command)

    def text(self):
        """All that was asked and answered."""
        return "".join(f"crash> {command}\n{self.answers[command]}\n" for command in COMMANDS)

    @property
    def panic(self):
        """The panic text."""
        return field(self.answers["sys"], "PANIC").strip('"')

    @property
    def panic_task(self):
        """PID, name and CPU of the task that the panic is laid to."""
        text = self.answers["set -p"]
        return field(text, "PID"), field(text, "COMMAND").strip('"'), field(text, "CPU")

    @property
    def tasks(self):
        """The task of every CPU."""
        parts = TASK.split(self.answers["bt -a"])[1:]
        return [Task(*parts[at:at + 4]) for at in range(0, len(parts), 4)]

    def leaves(self, function):
        """Whether the panic task has something of @function on its stack."""
        return re.search(rf"^ *\[[0-9a-f]+\] {function} at ", self.answers["bt -T"], re.M)

    def running(self, pid, command):
        """Whether the list of tasks shows this one on a CPU."""
        return re.search(rf"^> +{pid} .* \[?{re.escape(command)}\]?$", self.answers["ps"], re.M)


def answer_name(command):
    return command.replace(" ", "").replace("-", "_")


def answer(directory, name, command):
    path = os.path.join(directory, f"{name}.{answer_name(command)}")
    with open(path, encoding="utf-8", errors="replace") as text:
        return text.read()


def field(text, name):
    """The value crash shows as "NAME: value"."""
    found = re.search(rf"^ *{name}: *(.*?) *$", text, re.M)
    return found.group(1) if found else ""
