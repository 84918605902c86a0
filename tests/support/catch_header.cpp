// CMake writes a precompiled header only for a target with a source that uses it; catch_main.cpp cannot.
#include <catch2/catch.hpp>
