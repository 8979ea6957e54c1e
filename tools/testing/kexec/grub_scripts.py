# SPDX-License-Identifier: GPL-2.0-only
"""Scripts to compare with GRUB: like those of real systems, and made up from a grammar."""

import random

MENU = """menuentry T0 --id i0 { linux /boot/vmlinuz-1 t0; initrd /boot/initrd-1 }
menuentry 'T1' --class x --id i1 { linux /boot/vmlinuz-2 t1 $v; initrd /boot/initrd-2 /boot/initrd-3; }
submenu S --id s { menuentry T2 { linux /boot/vmlinuz-3 t2 $v }
menuentry T3 --id i3 { linux /boot/vmlinuz-1 t3 } }
"""

SAME, LEFT = ("same",), ("same", "left out")

# What it is about, the script, and how it may compare with GRUB.
REAL = (
    ("grub-mkconfig", """if [ -s $prefix/grubenv ]; then
  set have_grubenv=true
  load_env
fi
if [ "${next}" ] ; then
   set default="${next}"
   set next=
else
   set default="0"
fi
if [ x"${feature_menuentry_id}" = xy ]; then
  menuentry_id_option="--id"
else
  menuentry_id_option=""
fi
export menuentry_id_option
function load_video {
  if [ x$feature_all_video_module = xy ]; then
    insmod all_video
  else
    insmod efi_gop
  fi
}
if loadfont unicode ; then
  set gfxmode=auto
  load_video
  insmod gfxterm
fi
terminal_output console
if [ "${recordfail}" = 1 ] ; then
  set timeout=30
else
  if [ x$feature_timeout_style = xy ] ; then
    set timeout_style=menu
  fi
fi
menuentry 'Linux' --class gnu $menuentry_id_option 'simple' {
	insmod gzio
	if [ x$grub_platform = xxen ]; then insmod xzio; fi
	linux	/boot/vmlinuz-1 root=UUID=1 ro  quiet
	initrd	/boot/initrd-1
}
submenu 'Advanced options' $menuentry_id_option 'advanced' {
	menuentry 'Linux 2' $menuentry_id_option 'two' {
		echo	'Loading ...'
		linux	/boot/vmlinuz-2 root=UUID=1 ro \\"x\\"
		initrd	/boot/initrd-2
	}
}
if [ -f  ${config_directory}/custom.cfg ]; then
  source ${config_directory}/custom.cfg
elif [ -z "${config_directory}" -a -f  $prefix/custom.cfg ]; then
  source $prefix/custom.cfg
fi
""", SAME),
    ("two slots, by a counter", """load_env
set ORDER="A B"
set A_OK=0
set A_TRY=3
for SLOT in $ORDER; do
    if [ "$SLOT" == "A" ]; then INDEX=0; OK=$A_OK; TRY=$A_TRY; fi
    if [ "$SLOT" == "B" ]; then INDEX=1; OK=1; TRY=0; fi
    if [ "$OK" -eq 1 -a "$TRY" -eq 0 ]; then default=$INDEX; break; fi
done
""" + MENU, SAME),
    ("a number in words", "default=1x\n" + MENU, SAME),
    ("a submenu without a second part", "default=s\n" + MENU, SAME),
    ("a submenu and a title", "default='S>T3'\nv=x\n" + MENU, SAME),
    ("what is not there", "default=none\n" + MENU, SAME),
    ("what is saved", "load_env\ndefault=$saved\n" + MENU, SAME),
    ("one of what is saved", "load_env next\ndefault=$saved$next\n" + MENU, SAME),
    ("an exported variable", "v=x; export v; default='S>T2'\n" + MENU, SAME),
    ("a function with return", "function f { if [ $1 = 2 ]; then return 1; fi; true; }\nfor i in 1 2 3; do if f $i; "
     "then true; else default=$?; fi; done\n" + MENU, SAME),
    ("arguments of an entry", "menuentry A x 'y z' { linux /boot/vmlinuz-1 \"$1\" $2 \"$3\" $# \"$@\" }\n", SAME),
    ("arguments of a submenu", "submenu A q { x=$2; menuentry B { linux /boot/vmlinuz-1 $x $1 } }\n", SAME),
    ("a loop over files' names", "for i in 1 2; do menuentry L$i $i { linux /boot/vmlinuz-$2; initrd /boot/initrd-$2 }; done\n"
     "default=L2\n", SAME),
    ("tests of files", "if [ -f /boot/vmlinuz-1 -a -s /boot/initrd-1 -a ! -s /boot/empty -a -d /boot -a ! -f /boot "
     "-a ! -d /none ]; then default=1; fi\n" + MENU, SAME),
    ("a device that is not there", "if [ -d (md/md-boot)/grub2 ]; then default=1; fi\n" + MENU, SAME),
    ("numbers", "if [ 08 -eq 8 -a 010 -eq 8 -a 0x1f -gt 30 -a -1 -lt 0 ]; then default=1; fi\n" + MENU, SAME),
    ("versions", "if [ vmlinuz-6.9 -plt vmlinuz-6.10 ]; then default=1; fi\n" + MENU, SAME),
    ("the order of letters", "if [ 6.1 \\> 6.9 -o b \\> a ]; then default=1; fi\n" + MENU, SAME),
    ("a regular expression", "regexp --set=1:n '^([^,]+),gpt([0-9])$' hd0,gpt1; regexp -s 2:default "
     "'^([^,]+),gpt([0-9])$' hd0,gpt1; v=$n\n" + MENU, SAME),
    ("its status", "if regexp 'a+b' caab; then default=1; fi\n" + MENU, SAME),
    ("eval", "eval 'default=1; v=\"a b\"'\neval \"w=\\$v\"\n" + MENU, SAME),
    ("eval that defines", "eval 'function f { default=1; }'\nf\n" + MENU, SAME),
    ("while", "while [ \"$i\" != xxx ]; do i=x$i; done\nv=$i; default=1\n" + MENU, SAME),
    ("until and break", "until false; do i=x$i; if [ $i = xx ]; then break; fi; done\nv=$i; default=1\n" + MENU, SAME),
    ("no command", "nonsense --set=q x\ndefault=1\n" + MENU, SAME),
    ("no command decides", "if nonsense; then default=1; fi\n" + MENU, LEFT),
    ("the device's name", "default=1; v=$root\n" + MENU, LEFT),
    ("a file with commands", "source /boot/more.cfg\nfunction f { source /boot/more.cfg; }\nf 1\ndefault=$more\n" + MENU, SAME),
    ("a file with a menu", "more=1; export more; configfile /boot/menu.cfg\n" + MENU, SAME),
    ("a file that is not there", "source /boot/none.cfg\ndefault=1\n" + MENU, SAME),
    ("search by a file", "search --file --set=root /boot/vmlinuz-1\ndefault=1\n" + MENU, SAME),
    ("a label that is not there", "search --label --set=v none\ndefault=1\n" + MENU, LEFT),
    ("an image", "loopback loop /boot/empty\nmenuentry A { linux (loop)/boot/vmlinuz-1 }\n" + MENU, LEFT),
    ("a syntax error", "default=1\nif true; fi\n" + MENU, LEFT),
    ("quotes", "menuentry 'a \"b\" \\'\"'\" { linux /boot/vmlinuz-1 \"a b\" 'c \"d\"' e\\ f \"g\\\"\\$v\" h\\\\i }\n", SAME),
    ("braces", "menuentry x{ linux /boot/vmlinuz-1 a{ true; } }\n", SAME),
    ("a block as an argument", "function f { v=$2; }\nf a { true; }\ndefault=1\n" + MENU, SAME),
    ("values with blanks", "v=' a  b '\ndefault=1\nfor i in x${v}y; do w=\"$w<$i>\"; done\nv=$w\n" + MENU, SAME),
    ("a pattern of names", "for i in /boot/vmlinuz-*; do default=1; done\n" + MENU, LEFT),
    ("its own default", "default=S\nsubmenu S { default=1\n" + MENU + "}\n", SAME),
    ("a function named like a command", "function set { default=2; }\nset default=1\n" + MENU, SAME),
    ("unset", "default=1; unset default\n" + MENU, SAME),
    ("a variable of another entry", "menuentry A { v=x; linux /boot/vmlinuz-1 $v $w }\nmenuentry B { w=y }\n", SAME),
    ("two kernels", "menuentry A { linux /boot/vmlinuz-1 a; initrd /boot/initrd-1; linux /boot/vmlinuz-2 b }\n", SAME),
    ("two initrds", "menuentry A { linux /boot/vmlinuz-1 a; initrd /boot/initrd-1; initrd /boot/initrd-2 }\n", SAME),
    ("return in an entry", "menuentry A { linux /boot/vmlinuz-1 a; return; linux /boot/vmlinuz-2 b }\n", SAME),
    ("nothing to start", "menuentry A { true; }\n" + MENU, SAME),
)

NAMES = ("a", "b", "c", "v")
TEXTS = ("a", "b", "0", "1", "2", "'x y'", '""', "T1", "i1", "x", "10", "08", '"a b"', "a\\ b", "vmlinuz-9", "vmlinuz-10", "' x'", "' '", "' x  y '", "'q\"r'")
OPERATORS = ("=", "==", "!=", "\\<", "\\>", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-plt", "-pgt", "\\<=", "\\>=")
PATTERNS = ("a", "^.", "(.)(.)?", "[0-9]+", "x|y", "^([a-z]+)-([0-9]+)$", "(")
PATHS = ("/boot/vmlinuz-1", "/boot/empty", "/boot", "/none", "/", "boot")
DEFAULTS = ("0", "1", "2", "T1", "i1", "S", "'S>T3'", "'2>1'", "s", "9", "none", "1x", "'T>>1'", "T", "Ta", "ia", "\"i$a\"", '"$a"', '"$b"', "$v")


# The parser of GRUB has room for so much, about, of one statement.
LINE_MAX = 900


class Maker:
    """Makes one script."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.functions, self.titles, self.loops = [], 0, 0

    def one(self, *choices):
        return self.random.choice(choices)()

    def pick(self, words):
        return self.random.choice(words)

    def variable(self):
        name = self.pick(NAMES)
        return self.pick((f"${name}", f'"${name}"', f"${{{name}}}", f'"x${{{name}}}"', f"${name}z"))

    def special(self):
        return self.pick(("$1", '"$2"', "$#", "$?", '"$@"', "$*", '"$*"', "$0", "$10"))

    def word(self):
        return self.pick((self.pick(TEXTS), self.pick(TEXTS), self.variable(), self.variable(), self.special()))

    def words(self, least=0, most=3):
        return " ".join(self.word() for _ in range(self.random.randint(least, most)))

    def assignment(self):
        name = self.pick(NAMES)
        return self.pick((f"{name}={self.word()}", f"set {name}={self.word()}", f"set {name}=\"${name}{self.pick('ab01')}\"",
                          f"unset {name}", f"export {name}"))

    def default(self):
        return f"{self.pick(('', 'set '))}default={self.pick(DEFAULTS)}"

    def primary(self):
        return self.pick((f"{self.word()} {self.pick(OPERATORS)} {self.word()}", f"-n {self.word()}", f"-z {self.word()}",
                          f"-{self.pick('defs')} {self.pick(PATHS)}", self.word(), f"! {self.word()} = {self.word()}"))

    def test(self):
        text = self.primary()
        for _ in range(self.random.choice((0, 0, 0, 1, 1, 2))):
            more = self.primary()
            text += f" {self.pick(('-a', '-o'))} " + self.pick((more, f"( {more} )", f"! {more}"))
        return self.pick((f"[ {text} ]", f"[ {text} ]", f"test {text}"))

    def regexp(self):
        sets = "".join(self.pick((f"--set={n}:{self.pick(NAMES)} ", f"-s {n}:{self.pick(NAMES)} ",
                                  f"--set {self.pick(NAMES)} ")) for n in range(1, self.random.randint(1, 3)))
        return f"regexp {sets}'{self.pick(PATTERNS)}' {self.word()}"

    def condition(self):
        plain = self.pick((self.test(), self.test(), self.test(), "true", "false", self.regexp(), self.call()))
        return self.pick((plain, plain, plain, f"! {plain}", f"{self.simple()}; {plain}"))

    def call(self):
        return f"{self.pick(self.functions)} {self.words()}" if self.functions else "true"

    def leave(self):
        return self.pick(("break", "continue", "return", "return 0", "return 3", "break 2", "continue 2", "shift", "shift 2",
                          f"setparams {self.words(1)}"))

    def unknown(self):
        return self.pick(("insmod part_gpt", "loadfont none", "nonsense", "probe --set=a --fs $root", "search --set=b -l none",
                          "echo x", "a=$root", "source /boot/more.cfg", "load_env"))

    def evaluated(self):
        return self.pick((f"eval 'set {self.pick(NAMES)}={self.pick(('a', '1', '$a'))}'", f"eval \"{self.pick(NAMES)}=x\"",
                          f"eval {self.pick(('break', 'return', 'true', 'false'))}"))

    def simple(self):
        return self.one(self.assignment, self.assignment, self.assignment, self.default, self.test, self.call, self.regexp)

    def separator(self):
        return self.pick(("; ", "; ", ";", "\n", " ;\n", "; # x\n", "\n\n  "))

    def body(self, depth):
        text = self.statement(depth - 1)
        for _ in range(self.random.randint(0, 2)):
            text += self.separator() + self.statement(depth - 1)
        return text

    def condition_of(self, depth):
        text = f"if {self.condition()}; then {self.body(depth)}"
        if self.random.random() < 0.3:
            text += f"; elif {self.condition()}; then {self.body(depth)}"
        return text + (f"; else {self.body(depth)}; fi" if self.random.random() < 0.5 else "; fi")

    def loop(self, depth):
        return f"for {self.pick(NAMES)} in {self.words(0, 4)}; do {self.body(depth)}; done"

    def counted(self, depth):
        """Ends for sure, if nothing in it is a loop that ends never."""
        self.loops += 1
        name = f"n{self.loops}"
        word, sign = self.pick((("while", "!="), ("until", "=")))
        return f"{name}=; {word} [ \"${name}\" {sign} xxx ]; do {name}=x${name}; {self.body(depth)}; done"

    def statement(self, depth):
        if depth <= 0 or self.random.random() < 0.5:
            return self.one(self.simple, self.simple, self.simple, self.leave, self.evaluated,
                            self.unknown if self.random.random() < 0.15 else self.simple)
        kind = self.pick((self.condition_of, self.condition_of, self.loop, self.counted))
        return kind(depth)

    def function(self):
        name = f"f{len(self.functions)}"
        text = f"function {name} {{ {self.body(2)}; }}"
        self.functions.append(name)
        return text

    def title(self):
        """Of a line, and what names it, in any order."""
        title = self.pick((f"T{self.titles}", f"T{self.titles}", f"'T>{self.titles}'", f"\"T${self.pick(NAMES)}\""))
        name = self.pick((f"--id i{self.titles}", f"--id=i{self.titles}", "", f"$idoption \"i${self.pick(NAMES)}\""))
        words = self.pick(("", "", self.words(1), "--class x --unrestricted"))
        return " ".join(self.random.sample((f"{title} {words}", name), 2))

    def entry(self):
        self.titles += 1
        return (f"menuentry {self.title()} {{ "
                f"{self.pick(('', self.body(1) + '; '))}linux /boot/vmlinuz-{self.random.randint(1, 3)} t{self.titles} "
                f"{self.words()}; {self.pick(('', 'initrd /boot/initrd-1; ', 'initrd /boot/initrd-2 /boot/initrd-3; '))}}}")

    def submenu(self):
        return (f"submenu S {self.pick(('', self.words(1)))} --id s {{ {self.pick(('', self.body(1) + '; '))}"
                f"{self.entry()}; {self.pick((self.entry, self.several))()}; }}")

    def several(self):
        """Lines that are there under a condition, or more than once."""
        return self.pick((f"if {self.condition()}; then {self.entry()}; else {self.entry()}; fi",
                          f"if {self.condition()}; then {self.entry()}; fi",
                          f"for {self.pick(NAMES)} in {self.words(1)}; do {self.entry()}; done"))

    def script(self):
        lines = ["idoption=--id"]
        for _ in range(self.random.randint(2, 8)):
            line = self.one(lambda: self.statement(3), lambda: self.statement(3), self.default, self.function,
                            self.entry, self.several)
            lines.append(line if len(line) < LINE_MAX else self.default())
        lines += [self.entry(), self.pick((self.submenu, self.entry))(), self.entry()]
        return "\n".join(lines) + "\n"


def random_script(seed):
    """A script from a grammar; the same for the same seed."""
    return Maker(seed).script()
