# entente_library(name STANDS_ON a b SOURCES x.cpp y.cpp LINKS fmt::fmt)
#
# A folder of src/ as a static library that sees only what its row of the table allows.
function(entente_library name)
  cmake_parse_arguments(ARG "" "" "STANDS_ON;SOURCES;LINKS" ${ARGN})
  add_library(entente_${name} STATIC ${ARG_SOURCES})
  target_include_directories(entente_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  foreach(below ${ARG_STANDS_ON})
    target_link_libraries(entente_${name} PUBLIC entente_${below})
  endforeach()
  target_link_libraries(entente_${name} PUBLIC ${ARG_LINKS})
endfunction()
