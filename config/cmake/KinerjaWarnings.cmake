# Flags of our own code. Generated code is SYSTEM and exempt; -Werror comes from the presets.
# A designated initialiser that leaves members at their defaults is what it is for: no warning.
add_library(kinerja_warnings INTERFACE)
target_compile_options(kinerja_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
  -Wno-missing-field-initializers
  -Werror=unused-result
  # False alarms of g++ 12 in std::string at -O3 (GCC bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  # __FILE__ in logs and test output is relative, wherever the checkout is.
  -fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=)

if(KINERJA_SANITIZE)
  # With sanitizers g++ 12 takes the members of a std::function inside <regex> for uninitialised.
  target_compile_options(kinerja_warnings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  add_compile_options(-fsanitize=${KINERJA_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=${KINERJA_SANITIZE})
  # Headers of Protocol Buffers give a map two more members under this macro; the packaged library
  # was built without it.
  add_compile_options(-U__SANITIZE_THREAD__)
endif()
if(KINERJA_LIBFUZZER)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(KINERJA_FAULT_POINTS)
  add_compile_definitions(KINERJA_FAULT_POINTS=1)
endif()
