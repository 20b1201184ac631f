// src/cli/manual.h: the command line described for shells and for man, from the parser itself.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace entente::cli {

struct Option {
  // "--on", "-a"; for what is no option, nothing.
  std::vector<std::string> names;
  std::string about;
  bool takes_value = false;
};

struct Command {
  std::string name;
  std::string about;
  std::vector<Option> options;
};

// A completion script for bash, zsh or fish; nothing for another shell.
std::optional<std::string> CompletionFor(const std::string& shell,
                                         const std::vector<Command>& commands);

// entente(1), for `man -l -`.
std::string ManPage(const std::vector<Command>& commands, const std::string& version);

}  // namespace entente::cli
