#pragma once

#include <httplib.h>

// Debian's library is compiled with these; without them the classes have another size and later members shift.
#if !defined(CPPHTTPLIB_OPENSSL_SUPPORT) || !defined(CPPHTTPLIB_ZLIB_SUPPORT) || !defined(CPPHTTPLIB_BROTLI_SUPPORT)
#error "compile with the flags of pkg-config cpp-httplib"
#endif
