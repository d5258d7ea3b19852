// MindSpore Lite's headers. Releases have them in include/api/ or, the newer ones, in include/cxx_api/.
// The calls that later releases have taken away are not used (tests/native/test_header_trees.py).
#pragma once

#if __has_include("include/api/model.h")
#include "include/api/context.h"
#include "include/api/data_type.h"
#include "include/api/format.h"
#include "include/api/model.h"
#include "include/api/status.h"
#include "include/api/types.h"
#else
#include "include/cxx_api/context.h"
#include "include/cxx_api/data_type.h"
#include "include/cxx_api/format.h"
#include "include/cxx_api/model.h"
#include "include/cxx_api/status.h"
#include "include/cxx_api/types.h"
#endif
