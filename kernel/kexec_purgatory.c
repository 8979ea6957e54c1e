// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec: the purgatory of the architectures that still run one.
 *
 * A purgatory is a small relocatable ELF object, linked into this kernel, that
 * runs between the old and the new one and checks the new one's digest.  Here
 * it becomes a segment: its sections get addresses, its relocations are
 * applied, and last of all the digest is written into its variables.
 *
 * The object is checked once, by check_object().  Everything behind
 * kexec_load_purgatory() may rely on that: every section that has contents
 * lies inside the object, links and names are in range, strings end.
 */
#define pr_fmt(fmt) "kexec: " fmt

#include <linux/elf.h>
#include <linux/err.h>
#include <linux/kexec.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/purgatory.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <crypto/sha2.h>
#include "kexec_internal.h"

/* No 32-bit architecture has a purgatory. */
static_assert(ELF_CLASS == ELFCLASS64);

/* Far more than any section needs, and small enough that no sum of all overflows. */
#define SECTION_LIMIT	SZ_16M

/* Checking the object */

static const void *object_at(u64 offset, u64 size)
{
	if (offset > kexec_purgatory_size || size > kexec_purgatory_size - offset)
		return NULL;
	return kexec_purgatory + offset;
}

static const struct elf64_shdr *object_sections(const struct elf64_hdr *ehdr)
{
	return (const void *)ehdr + ehdr->e_shoff;
}

static bool is_table(const struct elf64_shdr *sh, size_t entry_size)
{
	return sh->sh_entsize == entry_size && !(sh->sh_size % entry_size) &&
	       IS_ALIGNED(sh->sh_offset, sizeof(u64));
}

static bool is_string_table(const struct elf64_shdr *sh)
{
	const char *text = object_at(sh->sh_offset, sh->sh_size);

	return sh->sh_type == SHT_STRTAB && text && sh->sh_size && !text[sh->sh_size - 1];
}

static const char *check_header(const struct elf64_hdr *ehdr)
{
	if (kexec_purgatory_size < sizeof(*ehdr) || memcmp(ehdr->e_ident, ELFMAG, SELFMAG))
		return "it is not an ELF file";
	if (ehdr->e_ident[EI_CLASS] != ELF_CLASS || ehdr->e_ident[EI_DATA] != ELF_DATA ||
	    !elf_check_arch(ehdr))
		return "it is for another machine";
	if (ehdr->e_type != ET_REL || ehdr->e_shentsize != sizeof(struct elf64_shdr))
		return "it is not a relocatable object";
	if (!IS_ALIGNED(ehdr->e_shoff, sizeof(u64)) ||
	    !object_at(ehdr->e_shoff, ehdr->e_shnum * sizeof(struct elf64_shdr)))
		return "its section headers are not inside it";
	if (ehdr->e_shstrndx >= ehdr->e_shnum ||
	    !is_string_table(object_sections(ehdr) + ehdr->e_shstrndx))
		return "its section names are not a string table";
	return NULL;
}

static const char *check_symbols(const struct elf64_hdr *ehdr, const struct elf64_shdr *symtab)
{
	const struct elf64_shdr *strtab = object_sections(ehdr) + symtab->sh_link;
	const struct elf64_sym *sym = object_at(symtab->sh_offset, symtab->sh_size);
	const struct elf64_sym *end = sym + symtab->sh_size / sizeof(*sym);

	if (!is_table(symtab, sizeof(*sym)))
		return "its symbol table is malformed";
	if (symtab->sh_link >= ehdr->e_shnum || !is_string_table(strtab))
		return "its symbol names are not a string table";
	for (; sym < end; sym++) {
		if (sym->st_name >= strtab->sh_size)
			return "a symbol has its name outside the string table";
		if (sym->st_shndx >= ehdr->e_shnum && sym->st_shndx != SHN_ABS)
			return "a symbol is in a section that does not exist";
	}
	return NULL;
}

static const char *check_section(const struct elf64_hdr *ehdr, const struct elf64_shdr *sh)
{
	if (sh->sh_name >= object_sections(ehdr)[ehdr->e_shstrndx].sh_size)
		return "a section has its name outside the string table";
	if (sh->sh_type != SHT_NOBITS && !object_at(sh->sh_offset, sh->sh_size))
		return "a section reaches beyond its end";
	if (sh->sh_addralign && !is_power_of_2(sh->sh_addralign))
		return "a section has an alignment that is no power of two";
	if (sh->sh_size > SECTION_LIMIT || sh->sh_addralign > SECTION_LIMIT)
		return "a section is too large";
	return sh->sh_type == SHT_SYMTAB ? check_symbols(ehdr, sh) : NULL;
}

static const char *check_object(const struct elf64_hdr *ehdr)
{
	const char *why = check_header(ehdr);
	unsigned int i;

	for (i = 0; !why && i < ehdr->e_shnum; i++)
		why = check_section(ehdr, object_sections(ehdr) + i);
	return why;
}

static int refuse_object(const char *why)
{
	pr_err("the purgatory in this kernel cannot be used, %s: rebuild the kernel\n", why);
	return -ENOEXEC;
}

/* Placing its sections */

static bool is_loaded(const struct elf64_shdr *sh)
{
	return sh->sh_flags & SHF_ALLOC;
}

static bool has_contents(const struct elf64_shdr *sh)
{
	return sh->sh_type != SHT_NOBITS;
}

/*
 * Append the sections of one kind to what kbuf->memsz already covers.  A placed
 * section's sh_offset counts from the start of the segment, not of the object.
 */
static void place_sections(struct purgatory_info *pi, struct kexec_buf *kbuf, bool contents)
{
	struct elf64_shdr *sh, *end = pi->sechdrs + pi->ehdr->e_shnum;

	for (sh = pi->sechdrs; sh < end; sh++) {
		unsigned long align = max(sh->sh_addralign, 1);

		if (!is_loaded(sh) || has_contents(sh) != contents)
			continue;
		sh->sh_offset = ALIGN(kbuf->memsz, align);
		kbuf->memsz = sh->sh_offset + sh->sh_size;
		kbuf->buf_align = max(kbuf->buf_align, align);
	}
}

static int lay_out_segment(struct purgatory_info *pi, struct kexec_buf *kbuf)
{
	size_t size = pi->ehdr->e_shnum * sizeof(struct elf64_shdr);

	pi->sechdrs = vmalloc(size);
	if (!pi->sechdrs)
		return -ENOMEM;
	memcpy(pi->sechdrs, object_sections(pi->ehdr), size);

	kbuf->memsz = 0;
	kbuf->buf_align = 1;
	place_sections(pi, kbuf, true);
	kbuf->bufsz = kbuf->memsz;
	place_sections(pi, kbuf, false);
	return kbuf->bufsz ? 0 : refuse_object("it has no contents");
}

static int fill_segment(struct purgatory_info *pi, struct kexec_buf *kbuf)
{
	const struct elf64_shdr *from = object_sections(pi->ehdr);
	unsigned int i;

	pi->purgatory_buf = vzalloc(kbuf->bufsz);
	if (!pi->purgatory_buf)
		return -ENOMEM;
	for (i = 0; i < pi->ehdr->e_shnum; i++)
		if (is_loaded(from + i) && has_contents(from + i))
			memcpy(pi->purgatory_buf + pi->sechdrs[i].sh_offset,
			       object_at(from[i].sh_offset, from[i].sh_size), from[i].sh_size);
	kbuf->buffer = pi->purgatory_buf;
	return 0;
}

static int find_destination(struct purgatory_info *pi, struct kexec_buf *kbuf)
{
	struct elf64_shdr *sh, *end = pi->sechdrs + pi->ehdr->e_shnum;
	unsigned long align = kbuf->buf_align;
	int err = kexec_add_buffer(kbuf);

	if (err)
		return err;
	/* An address the caller fixed knows nothing of what the sections need. */
	if (!IS_ALIGNED(kbuf->mem, align)) {
		pr_err("the purgatory needs an address aligned to %#lx, not %#lx\n",
		       align, kbuf->mem);
		return -EADDRNOTAVAIL;
	}
	for (sh = pi->sechdrs; sh < end; sh++)
		if (is_loaded(sh))
			sh->sh_addr = kbuf->mem + sh->sh_offset;
	return 0;
}

/* Symbols */

static const struct elf64_sym *find_in_table(const struct purgatory_info *pi,
					     const struct elf64_shdr *symtab, const char *name)
{
	const struct elf64_shdr *strtab = object_sections(pi->ehdr) + symtab->sh_link;
	const char *names = object_at(strtab->sh_offset, strtab->sh_size);
	const struct elf64_sym *sym = object_at(symtab->sh_offset, symtab->sh_size);
	const struct elf64_sym *end = sym + symtab->sh_size / sizeof(*sym);

	for (; sym < end; sym++)
		if (ELF_ST_BIND(sym->st_info) == STB_GLOBAL &&
		    sym->st_shndx != SHN_UNDEF && sym->st_shndx != SHN_ABS &&
		    !strcmp(names + sym->st_name, name))
			return sym;
	return NULL;
}

/* A global symbol in a loaded section, or NULL. */
static const struct elf64_sym *find_symbol(const struct purgatory_info *pi, const char *name)
{
	const struct elf64_sym *sym = NULL;
	const struct elf64_shdr *sh;
	unsigned int i;

	if (!pi->sechdrs)
		return NULL;
	sh = object_sections(pi->ehdr);
	for (i = 0; !sym && i < pi->ehdr->e_shnum; i++)
		if (sh[i].sh_type == SHT_SYMTAB)
			sym = find_in_table(pi, sh + i, name);
	if (!sym || !is_loaded(sh + sym->st_shndx) || sym->st_value > sh[sym->st_shndx].sh_size)
		return NULL;
	return sym;
}

static unsigned long symbol_addr(const struct purgatory_info *pi, const struct elf64_sym *sym)
{
	return pi->sechdrs[sym->st_shndx].sh_addr + sym->st_value;
}

/* Where the initial value of a variable of exactly @size bytes is, or NULL. */
static void *symbol_data(const struct purgatory_info *pi, const struct elf64_sym *sym,
			 unsigned int size)
{
	const struct elf64_shdr *sh = pi->sechdrs + sym->st_shndx;

	if (!has_contents(sh) || sym->st_size != size ||
	    size > sh->sh_size - sym->st_value)
		return NULL;
	return pi->purgatory_buf + sh->sh_offset + sym->st_value;
}

/**
 * kexec_purgatory_get_symbol_addr - where a symbol will be when the purgatory runs
 * @image: its purgatory is loaded
 * @name: a global symbol of the purgatory
 *
 * Return: the physical address, or ERR_PTR(-EINVAL) if there is no such symbol.
 */
void *kexec_purgatory_get_symbol_addr(struct kimage *image, const char *name)
{
	const struct purgatory_info *pi = &image->purgatory_info;
	const struct elf64_sym *sym = find_symbol(pi, name);

	return sym ? (void *)symbol_addr(pi, sym) : ERR_PTR(-EINVAL);
}

/**
 * kexec_purgatory_get_set_symbol - read or write a variable of the purgatory
 * @image: its purgatory is loaded
 * @name: a global symbol with initial contents
 * @buf: where the value goes to or comes from
 * @size: of the variable, exactly
 * @get_value: read rather than write
 *
 * Return: 0, or -EINVAL if there is no such variable of that size.
 */
int kexec_purgatory_get_set_symbol(struct kimage *image, const char *name, void *buf,
				   unsigned int size, bool get_value)
{
	const struct purgatory_info *pi = &image->purgatory_info;
	const struct elf64_sym *sym = find_symbol(pi, name);
	void *data = sym ? symbol_data(pi, sym, size) : NULL;

	if (!data) {
		pr_err("the purgatory has no variable %s of %u bytes\n", name, size);
		return -EINVAL;
	}
	if (get_value)
		memcpy(buf, data, size);
	else
		memcpy(data, buf, size);
	return 0;
}

/* Relocating */

static size_t relocation_size(const struct elf64_shdr *relsec)
{
	if (relsec->sh_type == SHT_RELA)
		return sizeof(struct elf64_rela);
	return sizeof(struct elf64_rel);
}

/* An elf64_rel is how an elf64_rela begins, so this looks at either. */
static const char *check_relocation(const struct elf64_rel *rel,
				    const struct elf64_shdr *target,
				    const struct elf64_shdr *symtab)
{
	const struct elf64_sym *sym = object_at(symtab->sh_offset, symtab->sh_size);
	u64 index = ELF64_R_SYM(rel->r_info);

	if (rel->r_offset >= target->sh_size)
		return "a relocation is outside its section";
	if (index >= symtab->sh_size / sizeof(*sym))
		return "a relocation has no symbol";
	/* Symbol 0 is the null symbol of relocations that need none. */
	if (index && sym[index].st_shndx == SHN_UNDEF)
		return "a symbol is undefined";
	return NULL;
}

static const char *check_relocations(const struct purgatory_info *pi,
				     const struct elf64_shdr *relsec)
{
	const void *rel = object_at(relsec->sh_offset, relsec->sh_size);
	const struct elf64_shdr *sh = object_sections(pi->ehdr);
	const void *end = rel + relsec->sh_size;
	size_t size = relocation_size(relsec);
	const char *why = NULL;

	if (sh[relsec->sh_link].sh_type != SHT_SYMTAB || !is_table(relsec, size))
		return "a table of relocations is malformed";
	if (!has_contents(sh + relsec->sh_info))
		return "a section without contents has relocations";
	for (; !why && rel < end; rel += size)
		why = check_relocation(rel, sh + relsec->sh_info, sh + relsec->sh_link);
	return why;
}

static int apply_relocation_table(struct purgatory_info *pi, const struct elf64_shdr *relsec)
{
	const struct elf64_shdr *sh = object_sections(pi->ehdr);
	const char *why;

	if (relsec->sh_link >= pi->ehdr->e_shnum || relsec->sh_info >= pi->ehdr->e_shnum)
		return refuse_object("relocations are for a section that does not exist");
	if (!relsec->sh_size || !is_loaded(sh + relsec->sh_info))
		return 0;
	why = check_relocations(pi, relsec);
	if (why)
		return refuse_object(why);
	if (relsec->sh_type == SHT_RELA)
		return arch_kexec_apply_relocations_add(pi, pi->sechdrs + relsec->sh_info,
							relsec, sh + relsec->sh_link);
	return arch_kexec_apply_relocations(pi, pi->sechdrs + relsec->sh_info, relsec,
					    sh + relsec->sh_link);
}

static int apply_relocations(struct purgatory_info *pi)
{
	const struct elf64_shdr *sh = object_sections(pi->ehdr);
	const struct elf64_shdr *end = sh + pi->ehdr->e_shnum;
	int err = 0;

	for (; !err && sh < end; sh++)
		if (sh->sh_type == SHT_RELA || sh->sh_type == SHT_REL)
			err = apply_relocation_table(pi, sh);
	return err;
}

static int find_entry(const struct purgatory_info *pi, unsigned long *start)
{
	const struct elf64_sym *sym = find_symbol(pi, "purgatory_start");
	const struct elf64_shdr *sh = object_sections(pi->ehdr);
	u64 entry = pi->ehdr->e_entry;
	unsigned int i;

	if (sym) {
		*start = symbol_addr(pi, sym);
		return 0;
	}
	for (i = 0; i < pi->ehdr->e_shnum; i++, sh++)
		if (is_loaded(sh) && sh->sh_flags & SHF_EXECINSTR &&
		    entry >= sh->sh_addr && entry - sh->sh_addr < sh->sh_size) {
			*start = pi->sechdrs[i].sh_addr + (entry - sh->sh_addr);
			return 0;
		}
	return refuse_object("it has no entry point");
}

/**
 * kexec_load_purgatory - make the purgatory a segment and the image's entry point
 * @image: has no purgatory yet
 * @kbuf: where it may go; everything else in it is set here
 *
 * The contents stay changeable, by kexec_purgatory_get_set_symbol(), until
 * they are copied away from @kbuf->buffer.
 * Context: load lock held, may sleep.
 *
 * Return: 0 or a negative errno, when nothing is left allocated.
 */
int kexec_load_purgatory(struct kimage *image, struct kexec_buf *kbuf)
{
	const struct elf64_hdr *ehdr = (const void *)kexec_purgatory;
	struct purgatory_info *pi = &image->purgatory_info;
	const char *why = check_object(ehdr);
	int err;

	if (why)
		return refuse_object(why);
	pi->ehdr = ehdr;
	err = lay_out_segment(pi, kbuf);
	err = err ?: fill_segment(pi, kbuf);
	err = err ?: find_destination(pi, kbuf);
	err = err ?: apply_relocations(pi);
	err = err ?: find_entry(pi, &image->start);
	if (err) {
		kexec_purgatory_free(image);
		kbuf->buffer = NULL;
	}
	return err;
}

/* Sealing */

static bool is_elfcorehdr(const struct kimage *image, unsigned long index)
{
	return image->elfcorehdr_index >= 0 && index == image->elfcorehdr_index;
}

static bool is_ima_list(const struct kimage *image, unsigned long index)
{
	return image->is_ima_segment_index_set && index == image->ima_segment_index;
}

/* The digest covers what does not change any more once the image is loaded. */
static bool is_sealed(const struct kimage *image, unsigned long index)
{
	return image->segment[index].kbuf != image->purgatory_info.purgatory_buf &&
	       !is_elfcorehdr(image, index) && !is_ima_list(image, index);
}

/* In steps: sha256_update() counts in unsigned int, and others want the CPU. */
static void hash_bytes(struct sha256_state *state, const u8 *data, size_t len)
{
	while (len) {
		size_t step = min(len, SZ_1M);

		sha256_update(state, data, step);
		data += step;
		len -= step;
		cond_resched();
	}
}

static void hash_zeros(struct sha256_state *state, size_t len)
{
	const u8 *zeros = page_address(ZERO_PAGE(0));

	for (; len > PAGE_SIZE; len -= PAGE_SIZE)
		hash_bytes(state, zeros, PAGE_SIZE);
	hash_bytes(state, zeros, len);
}

/**
 * kexec_purgatory_seal - tell the purgatory what the image must look like
 * @image: with all its segments; an image without a purgatory needs no seal
 *
 * Digests the segments as the purgatory will find them, zero tails included,
 * and writes the digest and the ranges it covers into the purgatory.
 * Context: load lock held, may sleep.
 *
 * Return: 0 or -EINVAL, when the purgatory has no place for them.
 */
int kexec_purgatory_seal(struct kimage *image)
{
	struct kexec_sha_region regions[KEXEC_SEGMENT_MAX] = {}, *region = regions;
	const struct kexec_segment *seg = image->segment;
	u8 digest[SHA256_DIGEST_SIZE];
	struct sha256_state state;
	unsigned long i;
	int err;

	if (!image->purgatory_info.purgatory_buf)
		return 0;
	sha256_init(&state);
	for (i = 0; i < image->nr_segments; i++, seg++) {
		if (!is_sealed(image, i))
			continue;
		hash_bytes(&state, seg->kbuf, seg->bufsz);
		hash_zeros(&state, seg->memsz - seg->bufsz);
		*region++ = (struct kexec_sha_region){ .start = seg->mem, .len = seg->memsz };
	}
	sha256_final(&state, digest);
	err = kexec_purgatory_get_set_symbol(image, "purgatory_sha_regions", regions,
					     sizeof(regions), false);
	return err ?: kexec_purgatory_get_set_symbol(image, "purgatory_sha256_digest", digest,
						     sizeof(digest), false);
}

/**
 * kexec_purgatory_free - free what only the load needs of a purgatory
 * @image: its purgatory is copied to where it runs from, or given up
 */
void kexec_purgatory_free(struct kimage *image)
{
	struct purgatory_info *pi = &image->purgatory_info;

	vfree(pi->purgatory_buf);
	pi->purgatory_buf = NULL;
	vfree(pi->sechdrs);
	pi->sechdrs = NULL;
}
