#include "core/preprocess_tables.h"
namespace pocketlens::internal { RunFunction NeonRun() { return nullptr; } }
