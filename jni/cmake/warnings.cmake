# pocketlens_flags: what every target of ours is compiled and linked with. Our own presets make
# warnings errors; a compiler that is newer than ours must not stop anybody by a new warning.
option(POCKETLENS_WERROR "Warnings are errors" OFF)
add_library(pocketlens_flags INTERFACE)
target_compile_features(pocketlens_flags INTERFACE cxx_std_17)
# Offsets in files have 64 bits on 32-bit machines too.
target_compile_definitions(pocketlens_flags INTERFACE _FILE_OFFSET_BITS=64)
target_compile_options(
  pocketlens_flags
  INTERFACE -Wall
            -Wextra
            -Wshadow
            -Wconversion
            -Wno-sign-conversion
            -Wnon-virtual-dtor
            -Wold-style-cast
            $<$<BOOL:${POCKETLENS_WERROR}>:-Werror>
            # Equal results on every machine: no fused multiply-add where none is written.
            -ffp-contract=off)

# Hardening. Sanitizers bring their own checks and do not go together with _FORTIFY_SOURCE.
if(NOT POCKETLENS_SANITIZE)
  target_compile_options(pocketlens_flags INTERFACE -fstack-protector-strong
                                                    $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=2>)
endif()
target_link_options(pocketlens_flags INTERFACE -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
if(ANDROID)
  # 16 KB pages; the linker's default in new NDKs, said here for the older ones.
  target_link_options(pocketlens_flags INTERFACE -Wl,-z,max-page-size=16384
                                                 -Wl,-z,common-page-size=16384)
  if(ANDROID_ABI STREQUAL "arm64-v8a")
    target_compile_options(pocketlens_flags INTERFACE -mbranch-protection=standard)
  endif()
endif()

if(POCKETLENS_SANITIZE)
  target_compile_options(
    pocketlens_flags INTERFACE -fsanitize=${POCKETLENS_SANITIZE} -fno-sanitize-recover=all
                               -fno-omit-frame-pointer)
  target_link_options(pocketlens_flags INTERFACE -fsanitize=${POCKETLENS_SANITIZE})
endif()
if(POCKETLENS_FUZZ)
  target_compile_options(pocketlens_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
