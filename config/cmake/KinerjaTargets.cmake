# kinerja_library(store SOURCES a.cc b.cc PUBLIC deps... PRIVATE deps...)
# makes target kinerja_store with alias kinerja::store; includes are written from the project's root.
function(kinerja_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(kinerja_${name} STATIC ${ARG_SOURCES})
  add_library(kinerja::${name} ALIAS kinerja_${name})
  target_include_directories(kinerja_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(kinerja_${name} PUBLIC ${ARG_PUBLIC} PRIVATE kinerja_warnings ${ARG_PRIVATE})
endfunction()

# kinerja_program(kinerjactl SOURCES main.cc DEPS deps...)
function(kinerja_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE kinerja_warnings ${ARG_DEPS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
endfunction()

# kinerja_grpc_sources(grpc_door.cc ...)
# Sources that gRPC's templates are made in. The order between gRPC's threads is kept inside its
# packaged library, where ThreadSanitizer does not look; so it would take every callback for a race.
function(kinerja_grpc_sources)
  if(KINERJA_SANITIZE STREQUAL "thread")
    set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS -fno-sanitize=thread)
  endif()
endfunction()

# The parts of ./dev test; a test with any other label would never run.
set(KINERJA_TEST_LABELS unit contract integration fault fuzz lint slow)

# kinerja_test(clock_test LABEL unit SOURCES clock_test.cc DEPS kinerja::base [TIMEOUT 120])
# One ctest entry per program; GTest prints the cases.
function(kinerja_test name)
  cmake_parse_arguments(ARG "" "LABEL;TIMEOUT" "SOURCES;DEPS" ${ARGN})
  if(NOT ARG_LABEL IN_LIST KINERJA_TEST_LABELS)
    message(FATAL_ERROR "${name}: label '${ARG_LABEL}'; give one of: ${KINERJA_TEST_LABELS}")
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  if(KINERJA_SANITIZE)
    math(EXPR ARG_TIMEOUT "${ARG_TIMEOUT} * 4")  # what a sanitizer costs, generously
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE kinerja_warnings ${ARG_DEPS} GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE
    KINERJA_SOURCE_DIR="${PROJECT_SOURCE_DIR}" KINERJA_BINARY_DIR="${PROJECT_BINARY_DIR}")
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT})
endfunction()

# kinerja_fuzz_test(skp_json DEPS kinerja::schema)
# makes bin/skp_json_fuzz_test of skp_json_fuzz_test.cc, which defines LLVMFuzzerTestOneInput. ctest
# runs it over skp_json_corpus/; with KINERJA_LIBFUZZER, ./dev fuzz goes on from there.
function(kinerja_fuzz_test thing)
  cmake_parse_arguments(ARG "" "" "DEPS" ${ARGN})
  set(name ${thing}_fuzz_test)
  kinerja_program(${name} SOURCES ${name}.cc DEPS ${ARG_DEPS})
  if(KINERJA_LIBFUZZER)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    set(replay ${name} -runs=0)
  else()
    target_sources(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/fuzz/replay_main.cc)
    set(replay ${name})
  endif()
  add_test(NAME ${name} COMMAND ${replay} ${CMAKE_CURRENT_SOURCE_DIR}/${thing}_corpus)
  set_tests_properties(${name} PROPERTIES LABELS fuzz TIMEOUT 120)
endfunction()
