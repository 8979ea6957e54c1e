/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kexec: shared by the syscalls, the core and the crash code in kernel/, file by file.
 *
 * Calls go down this list: what stands below knows nothing of what stands above.
 */
#ifndef LINUX_KEXEC_INTERNAL_H
#define LINUX_KEXEC_INTERNAL_H

#include <linux/kexec.h>

/* kexec_core.c */

int kimage_build(struct kimage *image, unsigned long flags);

/* kexec_jump.c */

#ifdef CONFIG_KEXEC_JUMP
int kexec_jump(struct kimage *image);
#else
static inline int kexec_jump(struct kimage *image) { return -EINVAL; }
#endif

/* crash_load.c */

#ifdef CONFIG_CRASH_DUMP
int kimage_check_crash(const struct kimage *image);
int kimage_stage(struct kimage *image, void **staged);
void kimage_use_staged(struct kimage *image, void **staged);
void crash_before_prepare(struct kimage *image);
int crash_give_up_armed(struct kimage *image);
int kimage_load_crash(struct kimage *image);
#else
static inline int kimage_check_crash(const struct kimage *image)
{
	return kexec_refuse(-EINVAL, "this kernel is built without CONFIG_CRASH_DUMP");
}

static inline int kimage_stage(struct kimage *image, void **staged) { return 0; }
static inline void kimage_use_staged(struct kimage *image, void **staged) { }
static inline void crash_before_prepare(struct kimage *image) { }
static inline int crash_give_up_armed(struct kimage *image) { return -ENOMEM; }
static inline int kimage_load_crash(struct kimage *image) { return -EINVAL; }
#endif

/* kexec_slot.c */

/* The image whose load holds the lock, NULL if none does. */
extern struct kimage *kexec_loading;

struct kimage *kimage_alloc(int type);
void kimage_free(struct kimage *image);
bool kimage_armed(int type);
void kimage_arm(struct kimage *image);
void kimage_disarm(int type);
void crash_slot_protect(int type, bool protect);

/* kexec_limit.c */

/*
 * The load lock: one load, unload, handover or crash update at a time.  Nobody
 * waits for it, and the crash path does without it.
 */
extern atomic_t __kexec_lock;

static inline bool kexec_trylock(void)
{
	return !atomic_cmpxchg_acquire(&__kexec_lock, 0, 1);
}

static inline void __kexec_unlock(void)
{
	atomic_set_release(&__kexec_lock, 0);
}

#ifdef CONFIG_CRASH_HOTPLUG
void crash_hotplug_catch_up(void);
#else
static inline void crash_hotplug_catch_up(void) { }
#endif

/* What could not be done while the lock was held is done now; may sleep. */
static inline void kexec_unlock(void)
{
	__kexec_unlock();
	crash_hotplug_catch_up();
}

int kexec_load_begin(int type, unsigned long unknown_flags);
long kexec_load_end(int type, long err);
void kexec_limit_take(int type);

/* kexec_unwrap.c */

#ifdef CONFIG_KEXEC_FORMATS
int kimage_unwrap(struct kimage *image);
#else
static inline int kimage_unwrap(struct kimage *image) { return 0; }
#endif

/* kexec_purgatory.c */

#ifdef CONFIG_KEXEC_PURGATORY
#include <linux/purgatory.h>

extern char kexec_purgatory[];
extern size_t kexec_purgatory_size;

int kexec_purgatory_seal(struct kimage *image);
void kexec_purgatory_free(struct kimage *image);
#else
static inline int kexec_purgatory_seal(struct kimage *image) { return 0; }
static inline void kexec_purgatory_free(struct kimage *image) { }
#endif

/* IMA */

#ifdef CONFIG_IMA_KEXEC
#include <linux/ima.h>

static inline void kimage_ima_post_load(struct kimage *image)
{
	if (image->file_mode && image->type == KEXEC_TYPE_DEFAULT)
		ima_kexec_post_load(image);
}
#else
static inline void kimage_ima_post_load(struct kimage *image) { }
#endif

/* kexec_moves.c, kexec_entries.c */

int kimage_make_moves(struct kimage *image);
int kimage_make_entry_list(struct kimage *image);

/* crash_hotplug.c, crash_spare.c */

#ifdef CONFIG_CRASH_HOTPLUG
long kexec_headers_segment(struct kimage *image);
int kexec_headers_prepare(struct kimage *image, struct kexec_headers *headers, long i);
#else
static inline long kexec_headers_segment(struct kimage *image) { return -1; }

static inline int kexec_headers_prepare(struct kimage *image, struct kexec_headers *headers,
					long i)
{
	return 0;
}
#endif

/* kexec_digest.c */

struct kexec_digest kexec_digest_of(const struct kimage *image, unsigned long segment, u64 start,
				    u64 end);

/* kexec_source.c */

int kimage_take_destinations(struct kimage *image);
int kimage_fill_normal(struct kimage *image);
void kimage_count_segment(struct kimage *image, unsigned long i);
struct page *kimage_alloc_list_page(struct kimage *image);

/* kexec_read.c */

#ifdef CONFIG_KEXEC_FILE
int kimage_read_kernel_file(struct kimage *image, int fd);
int kimage_add_file(struct kimage *image, unsigned int kind, int fd, char *cmdline);
int kimage_read_parts(struct kimage *image);
void kimage_free_parts(struct kimage *image);
const char *kexec_part_name(const struct kexec_part *part);
bool kimage_reads_segment(const struct kimage *image, unsigned long i);
int kimage_read_segment(struct kimage *image, unsigned long i);

/* What people call the format of an image that is loaded from files. */
static inline const char *kimage_format_name(const struct kimage *image)
{
	return image->fops && image->fops->name ? image->fops->name : "image";
}
#else
static inline bool kimage_reads_segment(const struct kimage *image, unsigned long i)
{
	return false;
}

static inline int kimage_read_segment(struct kimage *image, unsigned long i) { return 0; }
static inline const char *kimage_format_name(const struct kimage *image) { return NULL; }
#endif

/* kexec_claim.c */

/**
 * struct kexec_window - where a segment-to-be could lie
 * @at:	   physical address
 * @claim: bytes of it that are claimed, whole pages
 * @size:  bytes of it
 */
struct kexec_window {
	u64 at;
	u64 claim;
	u64 size;
};

/**
 * struct kexec_obstacle - what is in the way there
 * @start: physical address
 * @end:   physical address, inclusive
 * @zone:  a whole zone or area is, or there is nothing more to be looked at
 */
struct kexec_obstacle {
	u64 start;
	u64 end;
	bool zone;
};

#ifdef CONFIG_KEXEC_CLAIM
bool kimage_claims(const struct kimage *image);
bool kimage_bounces(const struct kimage *image);
bool kexec_window_suits(struct kimage *image, const struct kexec_window *window,
			enum kexec_wish wish, struct kexec_obstacle *in_way);
unsigned long kimage_claim(struct kimage *image, unsigned long i, unsigned long pages, bool whole);
int kimage_claim_place(struct kimage *image, u64 bytes);
#else
static inline bool kimage_claims(const struct kimage *image) { return false; }
static inline bool kimage_bounces(const struct kimage *image) { return false; }

static inline unsigned long kimage_claim(struct kimage *image, unsigned long i,
					 unsigned long pages, bool whole)
{
	return pages;
}

static inline int kimage_claim_place(struct kimage *image, u64 bytes) { return 0; }

static inline bool kexec_window_suits(struct kimage *image, const struct kexec_window *window,
				      enum kexec_wish wish, struct kexec_obstacle *in_way)
{
	return true;
}
#endif

/* kexec_check.c: whether an image is still what was loaded */

int kimage_make_check(struct kimage *image);
void kimage_renew_check(struct kimage *image);
void kimage_free_check(struct kimage *image);
int kimage_verify(const struct kimage *image);
unsigned long kexec_run_length(struct page **pages, unsigned long n);

/* crash_core.c */

#ifdef CONFIG_CRASH_DUMP
void kimage_free_vmcoreinfo(struct kimage *image);
#else
static inline void kimage_free_vmcoreinfo(struct kimage *image) { }
#endif

/* kexec_control.c, crash_control.c */

int kimage_take_control_pages(struct kimage *image);

#ifdef CONFIG_CRASH_DUMP
void kimage_init_control(struct kimage *image);
struct page *kimage_alloc_crash_control_pages(struct kimage *image, unsigned int order);
struct page *kimage_try_control_pages(struct kimage *image, unsigned int order);
#else
static inline void kimage_init_control(struct kimage *image) { }

static inline struct page *kimage_alloc_crash_control_pages(struct kimage *image,
							    unsigned int order)
{
	return NULL;
}
#endif

/* kexec_segments.c */

const struct kexec_segment *kimage_segment_at(const struct kimage *image,
					      unsigned long start, unsigned long end);
bool kimage_takes(const struct kimage *image, unsigned long start, unsigned long end,
		  struct range *taken);
unsigned long kimage_source_pages(const struct kimage *image, unsigned long segment);
int kimage_check_segments(const struct kimage *image);
void kimage_set_segments(struct kimage *image, unsigned long nr);
int kimage_fill_page(const struct kimage *image, const struct kexec_segment *seg, size_t off,
		     struct page *page);
int kimage_accept(const struct kimage *image);

static inline unsigned long segment_pages(const struct kexec_segment *seg)
{
	return seg->memsz >> PAGE_SHIFT;
}

/* kexec_pages.c */

/*
 * Image memory is worth reclaiming page cache for, but never worth killing a
 * process for: a load that does not fit is refused.
 */
#define KIMAGE_GFP	(__GFP_RETRY_MAYFAIL | __GFP_NOWARN)

struct page *kimage_alloc_pages(gfp_t gfp, unsigned int order);
void kimage_free_pages(struct page *page);
void kimage_free_list(struct list_head *pages);
int kimage_set_aside(struct kimage *image, struct page *page, unsigned int order);
int kimage_alloc_source_list(struct kimage *image, unsigned long i);
void kimage_free_source_list(struct kimage *image, unsigned long i);
void kimage_free_sources(struct kimage *image);

/* Where a page is, as segments and entries count it. */
static inline unsigned long kimage_page_addr(struct page *page)
{
	return page_to_boot_pfn(page) << PAGE_SHIFT;
}

/* kexec_memory.c */

bool kexec_leaves_reserve(unsigned long pages);

/* Memory of the image itself. */
static inline int kimage_may_take(const struct kimage *image, unsigned long pages)
{
	return kexec_may_take(pages, "to load the",
			      image->type == KEXEC_TYPE_CRASH ? "crash image" : "image");
}

#ifdef CONFIG_MEMCG
void kexec_charge_all(void);
void kexec_charge_caller(void);
#else
static inline void kexec_charge_all(void) { }
static inline void kexec_charge_caller(void) { }
#endif

/* kexec_refuse.c */

/*
 * Guards what readers see that do not hold the load lock: the images in the
 * slots against being freed, and the reasons of refusals.  Never taken on the
 * way into an image.
 */
extern spinlock_t kexec_show_lock;

void kexec_forgive(void);
void kexec_note_not_started(int type);
void kexec_note_unknown_flags(int type);
long kexec_note_end(int type, long err);
const char *kexec_last_refusal(int type);

/* A crash image where there is no place for any. */
static inline int kexec_refuse_unreserved(void)
{
	return kexec_refuse(-EADDRNOTAVAIL, "no memory is reserved for it, see crashkernel=");
}

#endif /* LINUX_KEXEC_INTERNAL_H */
