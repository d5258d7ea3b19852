# One program and one ctest entry for each *_test.cc beside the code. They run in the repository root.
if(CMAKE_CROSSCOMPILING)
  # Debian ships GoogleTest's sources with libgtest-dev; the built library is for this machine only.
  add_subdirectory(/usr/src/googletest/googletest "${CMAKE_BINARY_DIR}/googletest" EXCLUDE_FROM_ALL)
  set(gtest GTest::gtest)
  set_target_properties(gtest PROPERTIES ARCHIVE_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/googletest")
else()
  find_package(GTest REQUIRED)
  set(gtest GTest::gtest)
endif()
find_package(Threads REQUIRED)

get_filename_component(repository "${CMAKE_CURRENT_SOURCE_DIR}/.." ABSOLUTE)
set(sanitizers "${CMAKE_CURRENT_SOURCE_DIR}/sanitizers")
# report_mutex_bugs=0: the thread sanitizer does not see the vendor's locks (threads.supp), so it
# takes their unlocking, inside the C and C++ libraries where no suppression could name the vendor,
# for the unlocking of what was never locked. In our own code such a mistake cannot be written: a
# test (tests/test_house.py) says that mutexes are only ever held by guards. Races and deadlocks are
# reported, as are leaks.
set(test_environment
    "GLOG_v=3"
    "ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1"
    "LSAN_OPTIONS=suppressions=${sanitizers}/leaks.supp:print_suppressions=0"
    "UBSAN_OPTIONS=print_stacktrace=1"
    "TSAN_OPTIONS=suppressions=${sanitizers}/threads.supp:second_deadlock_stack=1:report_mutex_bugs=0")

set(testing_sources testing/main.cc)
if(NOT POCKETLENS_PREPROCESSING_ONLY)
  list(APPEND testing_sources testing/files.cc testing/models.cc testing/onnx.cc)
endif()
add_library(pocketlens_testing STATIC ${testing_sources})
target_link_libraries(pocketlens_testing PUBLIC pocketlens_core ${gtest} PRIVATE pocketlens_flags)

# Damaged packages, which all three languages are tested on, are made by a script.
add_test(NAME packages COMMAND python3 -m tests.make_damaged_packages WORKING_DIRECTORY "${repository}")
set_tests_properties(packages PROPERTIES FIXTURES_SETUP packages)

file(GLOB test_sources CONFIGURE_DEPENDS core/*_test.cc core/*/*_test.cc host/*_test.cc android/*_test.cc)
if(POCKETLENS_PREPROCESSING_ONLY)
  list(FILTER test_sources INCLUDE REGEX "/(golden|plan|reference|teaching_golden)_test\\.cc$")
endif()
if(POCKETLENS_SANITIZE STREQUAL "thread") # which has nothing to say of programs of one thread
  foreach(source IN LISTS test_sources)
    file(STRINGS "${source}" threads REGEX "std::thread")
    if(NOT threads)
      list(REMOVE_ITEM test_sources "${source}")
    endif()
  endforeach()
endif()
if(NOT TARGET pocketlens) # without a JDK there is no edge
  list(FILTER test_sources EXCLUDE REGEX "/(exceptions|jni)_test\\.cc$")
endif()
foreach(source IN LISTS test_sources)
  get_filename_component(name "${source}" NAME_WE)
  get_filename_component(folder "${source}" DIRECTORY)
  get_filename_component(folder "${folder}" NAME)
  add_executable(${name} "${source}")
  target_link_libraries(${name} PRIVATE pocketlens_testing)
  target_link_libraries(${name} PRIVATE pocketlens_core pocketlens_json pocketlens_flags ${gtest})
  # GoogleTest's macros nest lambdas. What is tested keeps the build's own flags; the tests themselves
  # compile in half the time with these.
  set_source_files_properties("${source}" PROPERTIES COMPILE_OPTIONS "-Wno-shadow;-O1;-g1")
  if(folder STREQUAL "host")
    target_link_libraries(${name} PRIVATE pocketlens_host)
  elseif(folder STREQUAL "android")
    target_link_libraries(${name} PRIVATE pocketlens_edge)
  endif()
  if(name MATCHES "^(exceptions|jni)_test$") # the edge's objects and a Java that is played
    target_sources(${name} PRIVATE fuzz/fake_java.cc)
    target_link_libraries(${name} PRIVATE pocketlens_jni)
  endif()
  if(name MATCHES "^(no_memory|exceptions)_test$")
    target_sources(${name} PRIVATE testing/no_memory.cc)
  endif()
  if(name STREQUAL "no_memory_test")
    target_sources(${name} PRIVATE host/c_api.cc) # its inside, which the library hides
  endif()
  add_test(NAME ${folder}.${name} COMMAND ${name} WORKING_DIRECTORY "${repository}")
  set(environment "${test_environment}")
  if(name STREQUAL "no_memory_test")
    # Its operator new is malloc's; the vendor's libraries give back by free what the sanitizer's gave.
    list(APPEND environment "ASAN_OPTIONS=alloc_dealloc_mismatch=0")
  endif()
  set_tests_properties(${folder}.${name} PROPERTIES ENVIRONMENT "${environment}" TIMEOUT 600
                       FIXTURES_REQUIRED packages)
endforeach()
