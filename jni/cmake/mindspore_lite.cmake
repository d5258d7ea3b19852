# mindspore_lite: the runtime as an imported library, and pocketlens_converter_runtime beside it.
#
# On a desk this is the native SDK out of the mindspore-lite wheel, found at run time by a DT_RPATH
# relative to the program, so that the whole tree can be moved. DT_RPATH and not DT_RUNPATH because
# the SDK's libraries need each other and have no path of their own. On Android it is the official
# tarball; the system finds libraries inside the APK.
set(POCKETLENS_MINDSPORE_LITE_VERSION 2.0.0 CACHE STRING "The version of that SDK")
if(ANDROID)
  set(runtime_library "${POCKETLENS_MINDSPORE_LITE}/lib/libmindspore-lite.so")
else()
  set(POCKETLENS_MINDSPORE_LITE
      "${CMAKE_CURRENT_SOURCE_DIR}/../build/sdk/${CMAKE_SYSTEM_PROCESSOR}/mindspore_lite"
      CACHE PATH "The unpacked MindSpore Lite SDK (include/ and lib/)")
  set(runtime_library "${POCKETLENS_MINDSPORE_LITE}/lib/libmindspore-extendrt_python.so")
endif()
get_filename_component(lite "${POCKETLENS_MINDSPORE_LITE}" ABSOLUTE)

if(EXISTS "${lite}/include/api/model.h" OR EXISTS "${lite}/include/cxx_api/model.h")
  set(has_headers ON) # the newer releases' folder is cxx_api
endif()
if(NOT EXISTS "${runtime_library}" OR NOT has_headers)
  if(ANDROID)
    set(advice "Type .venv/bin/python -m tools fetch android-2.0.0-aarch64 --unpack, or unpack the archive and\
 name its folder: mindspore.lite.dir in android/local.properties, or MINDSPORE_LITE_HOME.")
  else()
    set(advice "Run `make setup`, which fetches and checks it.")
  endif()
  message(FATAL_ERROR "MindSpore Lite 2.0.0 was expected at ${lite} and is not there. ${advice}")
endif()

add_library(mindspore_lite INTERFACE)
target_include_directories(mindspore_lite SYSTEM INTERFACE "${lite}" "${lite}/include")
target_link_libraries(mindspore_lite INTERFACE "${runtime_library}")
if(NOT ANDROID)
  file(RELATIVE_PATH to_lite "${CMAKE_BINARY_DIR}" "${lite}/lib")
  set(CMAKE_INSTALL_RPATH "$ORIGIN;$ORIGIN/${to_lite}")
  target_link_libraries(mindspore_lite INTERFACE "${lite}/lib/libmindspore_core.so")
  add_library(mindspore_lite_converter INTERFACE)
  target_include_directories(mindspore_lite_converter SYSTEM INTERFACE "${lite}" "${lite}/include")
  target_link_libraries(mindspore_lite_converter
                        INTERFACE "${lite}/lib/libmindspore_converter.so"
                                  "${lite}/lib/libmindspore_core.so")
  foreach(library IN ITEMS mindspore_lite mindspore_lite_converter)
    target_link_options(${library} INTERFACE -Wl,--allow-shlib-undefined
                                             -Wl,--disable-new-dtags)
  endforeach()
endif()
