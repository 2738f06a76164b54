// Package adler reckons Adler-32 checksums (RFC 1950) in C.
package adler

// #include <stdlib.h>
// #include "adler.h"
import "C"

import "unsafe"

// Sum returns the checksum of the text's bytes.
func Sum(text string) uint32 {
	bytes := C.CString(text)
	defer C.free(unsafe.Pointer(bytes))
	return uint32(C.adler(bytes, C.size_t(len(text))))
}
