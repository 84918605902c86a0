// The precompiled Catch2 header belongs to this file: catch_main.cpp cannot use it, since it includes the header with
// its implementation, and CMake wants one source that does.
