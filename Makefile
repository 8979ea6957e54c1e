# SPDX-License-Identifier: GPL-2.0-only
#
# Host side of the series: composes the kernel source tree, builds it, runs it.
# Everything made lands in out/; what is worth keeping between clones (the
# unpacked base, compiler results, packages) in ~/.cache/kexec-series.

MAKEFLAGS += --no-print-directory
SHELL := /bin/bash

out       := $(CURDIR)/out
tree      := $(out)/tree
selftests := tools/testing/selftests/kexec
config    := $(selftests)/configs
small     := $(config)/small.config
ours      := $(small) $(config)/kexec.config

.DEFAULT_GOAL := help

.PHONY: help
help:
	@echo 'Start here:'
	@echo '  demo          install what is missing, build, watch one kernel load the next, and how fast'
	@echo '  test          the gate: everything that must hold before a change goes in'
	@echo '  vm            a shell in a guest that runs our kernel'
	@echo 'Build:'
	@echo '  kernel        our kernel and tool       -> out/x86_64/{bzImage,vmlinux,kexec}'
	@echo '  stock         the unchanged base        -> out/stock-x86_64/bzImage'
	@echo '  kernel-debug  ours, with the sanitizers -> out/x86_64-debug/bzImage'
	@echo '  kernel-crash  ours, to be crashed       -> out/x86_64-crash/{bzImage,vmlinux}'
	@echo '  kernel-arm64, kernel-riscv64  ours, cross built -> out/{arm64,riscv64}/Image'
	@echo '  tool          the kexec program alone   -> out/x86_64/kexec'
	@echo '  distro        real packages, unpacked   -> out/distro/'
	@echo '  deb           kernel and tool as Debian packages -> out/deb/'
	@echo '  debian        a Debian system with them  -> out/debian/disk.ext4'
	@echo '  judges        crash and makedumpfile    -> out/judges/'
	@echo '  kselftest     tests for a running kernel -> out/kselftest/run_kselftest.sh'
	@echo '  tree          compose the source tree   -> out/tree/'
	@echo '  series        patches that git am takes  -> out/series/; SIGNED_OFF_BY="name <address>"'
	@echo '  deps          install missing packages (as root or through sudo)'
	@echo 'Check:'
	@echo '  bootctl-test  boot loader entries, with bootctl(1) as the judge'
	@echo '  lib-test      unit tests of lib/kexec and tools/kexec on this machine'
	@echo '  kunit         KUnit tests of the kernel, in one guest; COVERAGE=1 counts the lines they execute'
	@echo '  fuzz          the parsers of lib/kexec fed with nonsense; FUZZ_SECONDS=n for each of them'
	@echo '  mutate        do the unit tests notice changes of the code? TESTS=host|kernel, SEED=n,'
	@echo '                CHANGES=n|all, FILE=pattern'
	@echo '  grub-judge    what is made of scripts of GRUB, against GRUB itself; GRUB_SCRIPTS=n of them'
	@echo '  guest-test    tests in guests; ONLY=pattern picks some, JOBS=n at a time'
	@echo '  series-test   is the series what a maintainer takes; SERIES_ALL=1 for all lines'
	@echo '  series-build  each step of the series, and each piece that stands alone, built'
	@echo '  check-style   checkpatch, and our objects with W=1 and sparse'
	@echo '  htmldocs      our documents as HTML, and our kernel-doc comments'
	@echo '  nightly       everything, long matrices and sanitizer kernel included; goes on where it'
	@echo '                stopped; PART=k/n runs a part, ONLY=pattern picks some, FRESH=1 forgets what passed'
	@echo '  record        the terminal sessions in README.md, anew'
	@echo '  bench         ours and stock in executed instructions; QUICK=1, ONLY=pattern, RST=1'
	@echo 'Other:'
	@echo '  clean         remove out/; the cache stays'

.PHONY: deps
deps:
	@scripts/deps

.PHONY: tree
tree: deps
	@scripts/tree

.PHONY: kernel
kernel: tree
	@scripts/build-kernel x86_64 $(tree) -kexec $(ours)
	@scripts/build-tool

.PHONY: kernel-debug
kernel-debug: tree
	@scripts/build-kernel x86_64-debug $(tree) -kexec-debug $(ours) \
		$(config)/debuginfo.config $(config)/sanitizers.config

.PHONY: kernel-crash
kernel-crash: tree
	@scripts/build-kernel x86_64-crash $(tree) -kexec-crash $(ours) \
		$(config)/debuginfo.config $(config)/crash.config

# What guests of other architectures boot, and the programs in them.
.PHONY: kernel-arm64 kernel-riscv64
kernel-arm64: tree
	@scripts/deps --cross
	@scripts/build-arch --guest arm64

kernel-riscv64: tree
	@scripts/deps --cross
	@scripts/build-arch --guest riscv

.PHONY: kernel-ima
kernel-ima: tree
	@scripts/build-kernel x86_64-ima $(tree) -kexec $(ours) $(config)/ima.config \
		$(config)/memcg.config

# A kernel that boots a distribution's user space.
.PHONY: deb
deb: tree
	@scripts/deps --deb
	@KERNEL_TARGETS=bindeb-pkg KDEB_CHANGELOG_DIST=unstable scripts/build-kernel \
		x86_64-deb $(tree) -kexec $(ours) $(config)/distro-user.config
	@scripts/build-deb x86_64-deb

.PHONY: debian
debian: deb judges
	@scripts/fetch-debian

.PHONY: stock
stock: deps
	@scripts/tree --stock
	@scripts/build-kernel stock-x86_64 $(out)/stock-tree -stock $(small)

.PHONY: tool
tool: tree
	@scripts/build-tool

# Built outside of the tree, which is linked to the base.
.PHONY: kselftest
kselftest: tree
	@scripts/build-kselftest

.PHONY: distro
distro: deps
	@scripts/fetch-distro

.PHONY: judges
judges: deps
	@scripts/fetch-judges

.PHONY: lib-test
lib-test: tree tool distro
	@scripts/lib-test

.PHONY: kunit
kunit: kernel-crash
	@COVERAGE=$(COVERAGE) scripts/kunit

.PHONY: bootctl-test
bootctl-test: tree
	@scripts/deps
	@scripts/bootctl-test

.PHONY: fuzz
fuzz: tree
	@scripts/deps --fuzz
	@scripts/fuzz

.PHONY: mutate
mutate: tree
	@scripts/mutate $(if $(TESTS),--tests '$(TESTS)') $(if $(SEED),--seed '$(SEED)') \
		$(if $(CHANGES),--changes '$(CHANGES)') $(if $(FILE),--file '$(FILE)')

.PHONY: grub-judge
grub-judge: tree
	@scripts/deps --grub
	@scripts/grub-judge

.PHONY: guest-test
guest-test: kernel stock kernel-crash kselftest distro judges
	@$(selftests)/run $(if $(ONLY),--only '$(ONLY)') $(if $(JOBS),--jobs $(JOBS))

# Guests first: they are exact whatever else runs, the microbenchmark is not.
.PHONY: bench
bench: kernel stock distro
	@status=0; $(selftests)/bench $(if $(QUICK),--quick) $(if $(ONLY),--only '$(ONLY)') \
		$(if $(RST),--rst Documentation/kdump/performance.rst) || status=1; \
	mkdir -p $(out)/build/bench; \
	$(MAKE) -s -C $(tree)/tools/testing/kexec O=$(out)/build/bench bench || status=1; \
	exit $$status

.PHONY: build-test
build-test: kernel
	@scripts/build-test

.PHONY: arch-test
arch-test: tree
	@scripts/deps --cross
	@scripts/arch-test

.PHONY: series
series: tree
	@scripts/series

.PHONY: series-test
series-test: tree
	@scripts/series-test

.PHONY: series-build
series-build: tree
	@scripts/series-build

.PHONY: check-style
check-style: kernel
	@scripts/check-style

.PHONY: htmldocs
htmldocs: tree
	@scripts/deps --docs
	@scripts/htmldocs

# The unit tests come after what they take for real images is built.
.PHONY: test
test: deps
	@scripts/total build-test series-test guest-test kunit lib-test fuzz

.PHONY: nightly
nightly: deps
	@$(selftests)/night $(if $(PART),--part '$(PART)') $(if $(ONLY),--only '$(ONLY)') \
		$(if $(FRESH),--fresh) $(if $(JOBS),--jobs $(JOBS))

.PHONY: demo
demo: kernel
	@$(selftests)/demo

.PHONY: record
record: kernel
	@$(selftests)/record

.PHONY: vm
vm: kernel
	@$(selftests)/vm

.PHONY: clean
clean:
	@rm -rf $(out)
