// libcurl behind a door: which of its functions and options are used, and how answers are collected.
//
// Source of the numbers: curl/curl.h, whose numbers are part of libcurl's stable binary interface since version 4 of the
// library. They stand here so that building needs no header of libcurl, and running needs it only where HTTP is spoken.
#include "CCurl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef void CURL;

enum {
    OPTION_WRITEDATA = 10001,
    OPTION_URL = 10002,
    OPTION_ERRORBUFFER = 10010,
    OPTION_POSTFIELDS = 10015,
    OPTION_HTTPHEADER = 10023,
    OPTION_HEADERDATA = 10029,
    OPTION_CUSTOMREQUEST = 10036,
    OPTION_CAINFO = 10065,
    OPTION_NOPROXY = 10177,
    OPTION_LOW_SPEED_LIMIT = 19,
    OPTION_LOW_SPEED_TIME = 20,
    OPTION_NOBODY = 44,
    OPTION_POST = 47,
    OPTION_FOLLOWLOCATION = 52,
    OPTION_NOSIGNAL = 99,
    OPTION_TIMEOUT = 13,
    OPTION_CONNECTTIMEOUT_MS = 156,
    OPTION_PROTOCOLS = 181,
    OPTION_WRITEFUNCTION = 20011,
    OPTION_HEADERFUNCTION = 20079,
    OPTION_POSTFIELDSIZE_LARGE = 30120,
    INFO_RESPONSE_CODE = 0x200002,
    PROTOCOLS_HTTP_AND_HTTPS = 3,
};

static struct {
    CURL *(*easy_init)(void);
    void (*easy_reset)(CURL *);
    void (*easy_cleanup)(CURL *);
    int (*easy_setopt)(CURL *, int, ...);
    int (*easy_perform)(CURL *);
    int (*easy_getinfo)(CURL *, int, ...);
    const char *(*easy_strerror)(int);
    void *(*slist_append)(void *, const char *);
    void (*slist_free_all)(void *);
    int (*global_init)(long);
} curl;

static const char *load_error;

static int find(void *library, const char *name, void *place) {
    void *symbol = dlsym(library, name);
    memcpy(place, &symbol, sizeof symbol);
    return symbol != NULL;
}

static void load(void) {
    static const char *const names[] = {
        "libcurl.so.4", "libcurl-gnutls.so.4", "libcurl-nss.so.4", "libcurl.4.dylib", "/usr/lib/libcurl.4.dylib",
    };
    void *library = NULL;
    for (size_t index = 0; library == NULL && index < sizeof names / sizeof *names; index++) {
        library = dlopen(names[index], RTLD_NOW | RTLD_LOCAL);
    }
    if (library == NULL) {
        load_error = "there is no libcurl";
        return;
    }
    if (!find(library, "curl_easy_init", &curl.easy_init) || !find(library, "curl_easy_reset", &curl.easy_reset)
        || !find(library, "curl_easy_cleanup", &curl.easy_cleanup) || !find(library, "curl_easy_setopt", &curl.easy_setopt)
        || !find(library, "curl_easy_perform", &curl.easy_perform) || !find(library, "curl_easy_getinfo", &curl.easy_getinfo)
        || !find(library, "curl_easy_strerror", &curl.easy_strerror)
        || !find(library, "curl_slist_append", &curl.slist_append)
        || !find(library, "curl_slist_free_all", &curl.slist_free_all)
        || !find(library, "curl_global_init", &curl.global_init)) {
        load_error = "the libcurl that is there lacks a function";
        return;
    }
    if (curl.global_init(3) != 0) load_error = "libcurl does not start";
}

struct ccurl_session {
    CURL *easy;
};

ccurl_session *ccurl_open(char *error, size_t error_size) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    if (load_error != NULL) {
        snprintf(error, error_size, "%s", load_error);
        return NULL;
    }
    ccurl_session *session = calloc(1, sizeof *session);
    if (session != NULL) session->easy = curl.easy_init();
    if (session == NULL || session->easy == NULL) {
        snprintf(error, error_size, "there is no memory");
        free(session);
        return NULL;
    }
    return session;
}

void ccurl_close(ccurl_session *session) {
    if (session == NULL) return;
    curl.easy_cleanup(session->easy);
    free(session);
}

typedef struct {
    ccurl_answer *answer;
    const ccurl_request *request;
    size_t body_capacity;
} collection;

static int grow(void **memory, size_t *capacity, size_t needed) {
    if (needed <= *capacity) return 1;
    size_t larger = *capacity < 4096 ? 4096 : *capacity * 2;
    if (larger < needed) larger = needed;
    void *moved = realloc(*memory, larger);
    if (moved == NULL) return 0;
    *memory = moved;
    *capacity = larger;
    return 1;
}

static size_t add_body(char *bytes, size_t size, size_t count, void *context) {
    collection *into = context;
    size_t length = size * count;
    ccurl_answer *answer = into->answer;
    if (length > into->request->limit - answer->body_size) return 0;
    if (!grow((void **)&answer->body, &into->body_capacity, answer->body_size + length)) return 0;
    memcpy(answer->body + answer->body_size, bytes, length);
    answer->body_size += length;
    return length;
}

static size_t add_head(char *bytes, size_t size, size_t count, void *context) {
    collection *into = context;
    size_t length = size * count;
    ccurl_answer *answer = into->answer;
    // `100 Continue` and a proxy's own answer come before the one that counts.
    if (length > 5 && memcmp(bytes, "HTTP/", 5) == 0) answer->head_size = 0;
    if (answer->head_size + length > 256 * 1024) return 0;
    char *moved = realloc(answer->head, answer->head_size + length);
    if (moved == NULL && answer->head_size + length > 0) return 0;
    answer->head = moved;
    memcpy(answer->head + answer->head_size, bytes, length);
    answer->head_size += length;
    return length;
}

void ccurl_perform(ccurl_session *session, const ccurl_request *request, ccurl_answer *answer) {
    memset(answer, 0, sizeof *answer);
    CURL *easy = session->easy;
    // Options go, connections stay.
    curl.easy_reset(easy);
    collection into = { answer, request, 0 };
    void *headers = NULL;
    for (const char *const *line = request->headers; *line != NULL; line++) {
        void *longer = curl.slist_append(headers, *line);
        if (longer != NULL) headers = longer;
    }
    curl.easy_setopt(easy, OPTION_URL, request->url);
    curl.easy_setopt(easy, OPTION_HTTPHEADER, headers);
    curl.easy_setopt(easy, OPTION_ERRORBUFFER, answer->error);
    curl.easy_setopt(easy, OPTION_WRITEFUNCTION, add_body);
    curl.easy_setopt(easy, OPTION_WRITEDATA, &into);
    curl.easy_setopt(easy, OPTION_HEADERFUNCTION, add_head);
    curl.easy_setopt(easy, OPTION_HEADERDATA, &into);
    curl.easy_setopt(easy, OPTION_NOSIGNAL, 1L);
    curl.easy_setopt(easy, OPTION_FOLLOWLOCATION, 0L);
    curl.easy_setopt(easy, OPTION_PROTOCOLS, (long)PROTOCOLS_HTTP_AND_HTTPS);
    curl.easy_setopt(easy, OPTION_CONNECTTIMEOUT_MS, request->connect_milliseconds);
    curl.easy_setopt(easy, OPTION_LOW_SPEED_LIMIT, 1L);
    curl.easy_setopt(easy, OPTION_LOW_SPEED_TIME, request->stall_seconds);
    curl.easy_setopt(easy, OPTION_TIMEOUT, request->total_seconds);
    if (request->authorities != NULL) curl.easy_setopt(easy, OPTION_CAINFO, request->authorities);
    if (request->is_direct) curl.easy_setopt(easy, OPTION_NOPROXY, "*");
    if (strcmp(request->method, "HEAD") == 0) {
        curl.easy_setopt(easy, OPTION_NOBODY, 1L);
    } else if (request->body != NULL) {
        // A body in memory: libcurl copies nothing, and can send it again on a connection that was closed.
        curl.easy_setopt(easy, OPTION_POST, 1L);
        curl.easy_setopt(easy, OPTION_POSTFIELDSIZE_LARGE, (int64_t)request->body_size);
        curl.easy_setopt(easy, OPTION_POSTFIELDS, request->body);
        curl.easy_setopt(easy, OPTION_CUSTOMREQUEST, request->method);
    } else if (strcmp(request->method, "GET") != 0) {
        curl.easy_setopt(easy, OPTION_CUSTOMREQUEST, request->method);
    }
    answer->code = curl.easy_perform(easy);
    if (answer->code == 0) {
        curl.easy_getinfo(easy, INFO_RESPONSE_CODE, &answer->status);
    } else if (answer->error[0] == 0) {
        snprintf(answer->error, sizeof answer->error, "%s", curl.easy_strerror(answer->code));
    }
    curl.slist_free_all(headers);
}

void ccurl_free(ccurl_answer *answer) {
    free(answer->head);
    free(answer->body);
    memset(answer, 0, sizeof *answer);
}
