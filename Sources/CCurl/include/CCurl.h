// One HTTP request at a time by libcurl, which is loaded when the first is made: a program that makes none does not pay
// for its start.
#ifndef CCURL_H
#define CCURL_H

#include <stddef.h>
#include <stdint.h>

// A connection that is kept between requests. To be used by one thread at a time.
typedef struct ccurl_session ccurl_session;

typedef struct {
    const char *method;
    const char *url;
    // `Name: value`, ended by NULL.
    const char *const *headers;
    // NULL for none.
    const uint8_t *body;
    size_t body_size;
    // A file of certificates in the place of the system's; NULL for those.
    const char *authorities;
    long connect_milliseconds;
    // The request ends when fewer than a byte a second went over the line for so long.
    long stall_seconds;
    // The request ends after so long at most.
    long total_seconds;
    // More bytes than this in the answer are an error.
    size_t limit;
    // Not 0 asks no proxy, whatever the environment says.
    int is_direct;
} ccurl_request;

typedef struct {
    // CURLcode: 0 when there is an answer.
    int code;
    char error[256];
    long status;
    // Lines of the last answer's head, as they came. Allocated.
    char *head;
    size_t head_size;
    // Allocated.
    uint8_t *body;
    size_t body_size;
} ccurl_answer;

// NULL when there is no libcurl, with the reason in `error`.
ccurl_session *ccurl_open(char *error, size_t error_size);
void ccurl_close(ccurl_session *session);

// What is allocated is to be freed by ccurl_free.
void ccurl_perform(ccurl_session *session, const ccurl_request *request, ccurl_answer *answer);
void ccurl_free(ccurl_answer *answer);

#endif
