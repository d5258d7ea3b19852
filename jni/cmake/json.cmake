# pocketlens_json: nlohmann-json, headers only. They are copied into the build folder, because putting
# /usr/include itself on a cross compiler's path would mix two machines' headers.
find_path(
  POCKETLENS_JSON_INCLUDE nlohmann/json.hpp
  PATHS /usr/include /usr/local/include /opt/homebrew/include
  NO_CMAKE_FIND_ROOT_PATH
  DOC "The folder that holds nlohmann/json.hpp (Debian: nlohmann-json3-dev)")
if(NOT POCKETLENS_JSON_INCLUDE)
  message(FATAL_ERROR "nlohmann/json.hpp was not found. Install nlohmann-json3-dev (Debian) or give\
 -DPOCKETLENS_JSON_INCLUDE=FOLDER, the folder that holds nlohmann/json.hpp.")
endif()
file(COPY "${POCKETLENS_JSON_INCLUDE}/nlohmann" DESTINATION "${CMAKE_BINARY_DIR}/third_party")
add_library(pocketlens_json INTERFACE)
target_include_directories(pocketlens_json SYSTEM INTERFACE "${CMAKE_BINARY_DIR}/third_party")
