// tests/unit/program.h: the program as a shell sees it, and its JSON held against the schemas.
#pragma once

#include <sys/wait.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

namespace entente::tests {

using Json = nlohmann::json;

struct Ran {
  int code;
  std::string out;
};

inline Ran Shell(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  std::string out;
  char buffer[4096];
  while (const size_t n = fread(buffer, 1, sizeof buffer, pipe)) out.append(buffer, n);
  const int status = pclose(pipe);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, out};
}

// Runs the program from the root of the sources; what it says to standard error is dropped.
inline Ran Ask(const std::string& arguments) {
  return Shell("cd " ENTENTE_SOURCE_DIR " && " ENTENTE_PROGRAM " " + arguments + " 2>/dev/null");
}

inline std::string TempFile(const std::string& name, const std::string& text) {
  const std::string path = ::testing::TempDir() + name;
  std::ofstream(path) << text;
  return path;
}

inline Json Schema(const std::string& name) {
  std::ifstream in(std::string(ENTENTE_SOURCE_DIR "/docs/schema/") + name + ".v1.json");
  return Json::parse(in);
}

// As much of JSON Schema as ours use. Returns what is wrong, or nothing.
inline std::string Wrong(const Json& value, const Json& schema, const std::string& at) {
  const auto is = [&](const std::string& type) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "boolean") return value.is_boolean();
    if (type == "integer") return value.is_number_integer();
    return value.is_null();
  };
  const Json& type = schema["type"];
  bool good = false;
  if (type.is_array()) {
    for (const auto& t : type) good = good || is(t);
  } else {
    good = is(type);
  }
  if (!good) return at + " has another type";
  if (schema.contains("enum") &&
      std::find(schema["enum"].begin(), schema["enum"].end(), value) == schema["enum"].end()) {
    return at + " has an unknown word";
  }
  // Without properties, any will do.
  if (value.is_object() && schema.contains("properties")) {
    for (const auto& key : schema["required"]) {
      if (!value.contains(key)) return at + " lacks " + key.get<std::string>();
    }
    for (const auto& [key, inner] : value.items()) {
      if (!schema["properties"].contains(key)) return at + " has an unknown key " + key;
      if (const auto w = Wrong(inner, schema["properties"][key], at + "." + key); !w.empty())
        return w;
    }
  }
  if (value.is_array()) {
    for (const auto& inner : value) {
      if (const auto w = Wrong(inner, schema["items"], at + "[]"); !w.empty()) return w;
    }
  }
  return "";
}

}  // namespace entente::tests
