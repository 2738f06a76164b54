#include <git2.h>

/* git_libgit2_opts is variadic, which Swift cannot call. */

static inline int clibgit2_disable_owner_validation(void) {
    return git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
}

/* These change nothing that is read here, yet without their names libgit2 refuses the repository: a sparse checkout
   has worktreeconfig, a clone with --filter has partialclone. */
static inline int clibgit2_accept_extensions(void) {
    const char *names[] = {"partialclone", "preciousobjects", "relativeworktrees", "worktreeconfig"};
    return git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, names, sizeof names / sizeof *names);
}
