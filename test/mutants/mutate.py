# SPDX-License-Identifier: GPL-2.0-only
"""The small changes that test/mutants/run makes to a BPF source, each of one operator at one place."""
import re

# What stands there, what is put in its place.
TOKENS = {
    "eq": (r"==", "!="),
    "ne": (r"!=", "=="),
    "lt": (r" < ", " <= "),
    "le": (r" <= ", " < "),
    "gt": (r" > ", " >= "),
    "ge": (r" >= ", " > "),
    "and": (r"&&", "||"),
    "or": (r"\|\|", "&&"),
    "band": (r" & ", " | "),
    "bor": (r" \| ", " & "),
    "bnot": (r"~(?=[\w(])", ""),
    "shl": (r" << ", " >> "),
    "shr": (r" >> ", " << "),
    "plus": (r" \+ ", " - "),
    "minus": (r"(?<=[\w)]) - ", " + "),
    "not": (r"!(?=[\w(])", ""),
    "true": (r"\btrue\b", "false"),
    "false": (r"\bfalse\b", "true"),
}
# Names of one kind, which can be taken for each other.
KINDS = r"\b((?:[A-Z]+LOCK|BPFRESTRICT|VERDICT|NAMESPACE|PROFILE|ORIGIN|SYSCALL|MOUNT|SOURCE|BPF_LINK_TYPE|BPF_CGROUP|BPF_LSM)_)[A-Z]\w*\b"
# Calls that do nothing when they run, and what looks like a call.
IDLE = {"if", "for", "while", "switch", "return", "sizeof", "typeof", "asm", "volatile", "barrier_var", "BPF_GLOBAL_UNUSED", "_Pragma"}
# Of other machines than this one.
ELSEWHERE = re.compile(r"_(arm64|riscv|generic)_")


def masked(text):
    """The text with blanks for comments, what is in quotes, and lines of the preprocessor, but for numbers that are defined."""
    blank = lambda m: re.sub(r"[^\n]", " ", m.group())
    text = re.sub(r"/\*.*?\*/|//[^\n]*", blank, text, flags=re.S)
    text = re.sub(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'', blank, text)
    lines = re.compile(r"^#(?:[^\n]*\\\n)*[^\n]*", re.M)
    return lines.sub(lambda m: m.group() if re.match(r"#define \w+ (0x)?[0-9a-f]+\s*$", m.group()) else blank(m), text)


def closing(text, at):
    """Behind the bracket that closes the one at this place."""
    depth = 0
    while True:
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(text[at], 0)
        at += 1
        if not depth:
            return at


def operand(text, at, step, stops):
    """Where the operand ends that begins at this place, going by step."""
    depth = 0
    up, down = ("([{", ")]}") if step > 0 else (")]}", "([{")
    while 0 <= at < len(text):
        if text[at] in up:
            depth += 1
        elif text[at] in down:
            if not depth:
                break
            depth -= 1
        elif not depth and (text[at] in ";?:," or text[at : at + 2] in stops):
            break
        elif not depth and step < 0 and (re.match(r"[^=!<>]= ", text[at - 1 : at + 2]) or text[at - 6 : at] == "return"):
            break
        at += step
    return at


def arguments(text, opening):
    """The places of the arguments of a call."""
    end, at, found = closing(text, opening) - 1, opening + 1, []
    while at < end:
        stop = operand(text, at, 1, ())
        while stop < end and text[stop] in ";?:":
            stop = operand(text, stop + 1, 1, ())
        stop = min(stop, end)
        while at < stop and text[at].isspace():
            at += 1
        found.append((at, at + len(text[at:stop].rstrip())))
        at = stop + 1
    return found


def bodies(code):
    """Where the bodies of this machine's functions are, and numbers that are defined; whether it is a hook."""
    for match in re.finditer(r"^#define .*$", code, re.M):
        yield *match.span(), False
    for match in re.finditer(r"^\{\n.*?^\}", code, re.M | re.S):
        head = code[: match.start()].rstrip().rpartition("\n\n")[2]
        if not ELSEWHERE.search(head):
            yield *match.span(), "BPF_PROG(" in head


def changes(text, unused):
    """Each change: operator, from, to, what is put there. @unused: of functions, the arguments that they do not use."""
    code = masked(text)
    names = sorted({m.group() for m in re.finditer(KINDS, code)})
    for begin, end, hook in bodies(code):
        body = lambda pattern: re.compile(pattern, re.M).finditer(code, begin, end)
        idle = []
        for match in body(r"\b(\w+)\("):
            name, args = match[1], arguments(code, match.end() - 1)
            idle += [args[i] for i in unused.get(name, ()) if i < len(args)]
            if name in IDLE or not name.islower():
                continue
            for one, two in zip(args, args[1:]):
                first, second = text[slice(*one)], text[slice(*two)]
                if first != second:
                    yield "swap", one[0], two[1], second + text[one[1] : two[0]] + first
        for operator, (pattern, to) in TOKENS.items():
            for match in body(pattern):
                yield operator, match.start(), match.end(), to
        for match in body(r"(?<![\w.])(0x[0-9a-fA-F]+|\d+)(?=(?:ULL)?\b)"):
            # An empty initialization, or what nobody uses.
            if code[match.start() - 2 : match.end() + 2] == "{ 0 }" or any(a <= match.start() < b for a, b in idle):
                continue
            value = match[1]
            more = int(value, 0) + 1 if value.startswith("0x") or value == "0" else int(value, 8 if value.startswith("0") else 10) + 1
            yield "const", match.start(), match.end(), hex(more) if value.startswith("0x") else str(more)
        for match in body(KINDS):
            like = [name for name in names if name.startswith(match[1])]
            other = like[(like.index(match.group()) + 1) % len(like)]
            if other != match.group():
                yield "name", match.start(), match.end(), other
        for match in body(r"&&|\|\|"):
            stops = ("&&", "||") if match.group() == "&&" else ("||",)
            stop = operand(code, match.end(), 1, stops)
            yield "right", match.start(), match.start() + len(code[match.start() : stop].rstrip()), ""
            start = operand(code, match.start() - 1, -1, ("&&", "||")) + 1
            # The first of a row; each of the others is the right one of what stands before it.
            if code[start - 1] not in "&|":
                start += len(code[start : match.start()]) - len(code[start : match.start()].lstrip())
                yield "left", start, match.end() + 1, ""
        for match in body(r"\bif \("):
            stop = closing(code, match.end() - 1) - 1
            for value in ("true", "false"):
                yield "if-" + value, match.end(), stop, value
        for match in body(r"\breturn ([^;]+);"):
            if not re.fullmatch(r"-?\w+", match[1]) or match[1].islower() and match[1] not in ("true", "false"):
                for value in "0" if hook else "01": # no kernel takes 1 of a hook
                    yield "return-" + value, match.start(1), match.end(1), value
        for match in body(r"^\t+(?:(\w+)\(|\*?\w[\w.>\[\]-]* (?:[|&^+-]|<<|>>)?= )[^;]*;"):
            if match[1] not in IDLE:
                yield "drop", match.start() + len(match.group()) - len(match.group().lstrip()), match.end(), ";"


def mutants(path, text, unused):
    """Each mutant of a source: its name, FILE:LINE:OPERATOR, what the line was and is, and the whole text."""
    seen = {}
    for operator, begin, end, to in sorted(changes(text, unused), key=lambda c: (c[1], c[0], c[2])):
        line = text.count("\n", 0, begin) + 1
        count = seen[line, operator] = seen.get((line, operator), 0) + 1
        name = f"{path}:{line}:{operator}" + (f".{count}" if count > 1 else "")
        first, last = text.rfind("\n", 0, begin) + 1, text.find("\n", end)
        while text.count(text[first:last]) > 1: # with the line above it, so that it is no other
            first = text.rfind("\n", 0, first - 1) + 1
        words = lambda t: " ".join(t.split())
        changed = text[:begin] + to + text[end:]
        yield name, words(text[first:last]), words(text[first:begin] + to + text[end:last]), changed
