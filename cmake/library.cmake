# entente_library(name READS_INPUT STANDS_ON a b SOURCES x.cpp y.cpp LINKS fmt::fmt)
#
# A folder of src/ as a static library that sees only what its row of the table allows. READS_INPUT
# is for those that read what others wrote: fuzz targets are shown what is compared in them.
function(entente_library name)
  cmake_parse_arguments(ARG "READS_INPUT" "" "STANDS_ON;SOURCES;LINKS" ${ARGN})
  add_library(entente_${name} STATIC ${ARG_SOURCES})
  target_include_directories(entente_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  foreach(below ${ARG_STANDS_ON})
    target_link_libraries(entente_${name} PUBLIC entente_${below})
  endforeach()
  target_link_libraries(entente_${name} PUBLIC ${ARG_LINKS})
  if(ENTENTE_SANITIZE AND ARG_READS_INPUT)
    target_compile_options(entente_${name} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
endfunction()
