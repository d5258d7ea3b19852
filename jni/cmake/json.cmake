# pocketlens_json: nlohmann-json, headers only. An installed one is taken where there is one (Debian:
# nlohmann-json3-dev, Homebrew: nlohmann-json); otherwise, on a clean Mac or under Android Studio, the
# release's archive is fetched and checked. The headers are copied into the build folder, because
# putting /usr/include itself on a cross compiler's path would mix two machines' headers.
set(POCKETLENS_JSON_URL "https://github.com/nlohmann/json/releases/download/v3.12.0/json.tar.xz"
    CACHE STRING "Where nlohmann-json comes from when it is not installed")
set(POCKETLENS_JSON_SHA256 "42f6e95cad6ec532fd372391373363b62a14af6d771056dbfc86160e6dfff7aa"
    CACHE STRING "The SHA-256 of that archive")

find_package(nlohmann_json 3.10 CONFIG QUIET NO_CMAKE_FIND_ROOT_PATH)
if(nlohmann_json_FOUND)
  get_target_property(json_include nlohmann_json::nlohmann_json INTERFACE_INCLUDE_DIRECTORIES)
  list(GET json_include 0 json_include)
else()
  message(STATUS "nlohmann-json is not installed: fetching ${POCKETLENS_JSON_URL}")
  if(POLICY CMP0135)
    cmake_policy(SET CMP0135 NEW)
  endif()
  include(FetchContent)
  # include/ holds no CMakeLists.txt: nothing of the library's own build is run.
  FetchContent_Declare(nlohmann_json URL "${POCKETLENS_JSON_URL}"
                       URL_HASH SHA256=${POCKETLENS_JSON_SHA256} SOURCE_SUBDIR include)
  FetchContent_MakeAvailable(nlohmann_json)
  set(json_include "${nlohmann_json_SOURCE_DIR}/include")
endif()
file(COPY "${json_include}/nlohmann" DESTINATION "${CMAKE_BINARY_DIR}/third_party")
add_library(pocketlens_json INTERFACE)
target_include_directories(pocketlens_json SYSTEM INTERFACE "${CMAKE_BINARY_DIR}/third_party")
