//! The process's memory.

/// Gives back to the machine what is not in use any more. Learning the phrasebook takes two hundred megabytes for a
/// moment and leaves a quarter of that; without this the allocator would keep the rest for good. Takes milliseconds.
pub fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[allow(unsafe_code, reason = "the allocator's own call has no safe door")]
    // SAFETY: `malloc_trim` has no preconditions and may be called from any thread (malloc_trim(3), ATTRIBUTES).
    unsafe {
        libc::malloc_trim(0);
    }
}
