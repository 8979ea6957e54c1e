# SPDX-License-Identifier: GPL-2.0-only
"""The small changes that scripts/mutate makes in C code."""
import re
from dataclasses import dataclass

# No code; and what is said only to whoever looks for a fault.
SKIPPED = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])+'"
                     r"|\bkexec_dprintk\([^;]*;|^#[ \t]*(?!define)[^\n]*", re.M | re.S)
FUNCTION = re.compile(r"^[a-z][^\n;=]*?(\w+)\([^;{]*?\)\n\{", re.M)
# The room that an array has: more of it is no other behaviour.
ROOM = re.compile(r"\s*(?:static |const |unsigned |struct )*\w+ [^=(]*\[\Z")
OPERATOR = re.compile(r"(?<= )(?:<<=|>>=|<=|>=|==|!=|&&|\|\||<<|>>|\+=|-=|\|=|[-+*/%<>&|])(?=[ \n])")
OTHERS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "&&": "||",
          "||": "&&", "<<": ">>", ">>": "<<", "+": "-", "-": "+", "*": "/", "/": "*", "%": "*",
          "&": "|", "|": "&", "+=": "-=", "-=": "+=", "|=": "&=", "<<=": ">>=", ">>=": "<<="}
NEGATION = re.compile(r"[!~](?=[\w(])")
NUMBER = re.compile(r"\b(0x[0-9a-fA-F]+|\d+)([uUlL]*)\b")
TRUTH = re.compile(r"\b(?:true|false)\b")


@dataclass(frozen=True)
class Change:
    """One change of @path: its whole @text, and what the changed line was and becomes."""

    path: str
    line: int
    function: str
    before: str
    after: str
    text: str

    def __str__(self):
        return f"{self.path}: {self.function}: {self.before} => {self.after}"


def near(number):
    """The numbers next to one, written as it is: in hexadecimal, octal or decimal."""
    digits, suffix = number.groups()
    prefix, base, form = next(way for way in (("0x", 16, "#x"), ("0", 8, "04o"), ("", 10, "d"))
                              if digits.startswith(way[0]) and digits != way[0])
    value = int(digits.removeprefix(prefix), base)
    for other in (value - 1, value + 1):
        if other >= 0:
            yield format(other, form) + suffix


def replacements(code):
    """Yields (start, end, new text) for each change that @code allows."""
    for found in OPERATOR.finditer(code):
        if found[0] in OTHERS:
            yield found.start(), found.end(), OTHERS[found[0]]
    for found in NEGATION.finditer(code):
        yield found.start(), found.end(), ""
    for found in TRUTH.finditer(code):
        yield found.start(), found.end(), "false" if found[0] == "true" else "true"
    for found in NUMBER.finditer(code):
        if not ROOM.match(code[code.rfind("\n", 0, found.start()) + 1:found.start()]):
            for other in near(found):
                yield found.start(), found.end(), other


def blank(found):
    """As long as what was found, with nothing in it to change."""
    return re.sub(r"[^\n]", "_", found[0])


def function_at(text, start):
    """The name of the function that holds this place."""
    inside = ""
    for found in FUNCTION.finditer(text, 0):
        if found.start() > start:
            break
        inside = found[1] if text.find("\n}", found.end()) >= start else ""
    return inside


def changes(path, text):
    """All changes of a file, in the order of their lines."""
    for start, end, new in sorted(replacements(SKIPPED.sub(blank, text))):
        begin, stop = text.rfind("\n", 0, start) + 1, text.find("\n", end)
        yield Change(path, text.count("\n", 0, start) + 1, function_at(text, start),
                     text[begin:stop].strip(),
                     (text[begin:start] + new + text[end:stop]).strip(),
                     text[:start] + new + text[end:])
