#include "cli/manual.h"

#include "base/words.h"

namespace entente::cli {
namespace {

std::vector<std::string> LongNames(const Command& command) {
  std::vector<std::string> out;
  for (const Option& option : command.options) {
    for (const std::string& name : option.names) {
      if (name.starts_with("--")) out.push_back(name);
    }
  }
  return out;
}

std::string Names(const std::vector<Command>& commands) {
  std::vector<std::string> names;
  for (const Command& command : commands) names.push_back(command.name);
  return Join(names, " ");
}

// What stands before the first colon or full stop, for a menu.
std::string Short(const std::string& about) {
  return about.substr(0, std::min(about.find(": "), about.find(". ")));
}

// In single quotes of a shell.
std::string Quote(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string Bash(const std::vector<Command>& commands) {
  std::string out =
      "_entente() {\n  local word=${COMP_WORDS[COMP_CWORD]}\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n    COMPREPLY=($(compgen -W \"" +
      Names(commands) +
      "\" -- \"$word\"))\n    return\n  fi\n  local options=\"\"\n"
      "  case ${COMP_WORDS[1]} in\n";
  for (const Command& command : commands)
    out += "    " + command.name + ") options=\"" + Join(LongNames(command), " ") + "\" ;;\n";
  return out +
         "  esac\n  case $word in\n    -*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) ;;\n"
         "    *) COMPREPLY=($(compgen -f -- \"$word\")) ;;\n  esac\n}\n"
         "complete -o filenames -F _entente entente\n";
}

std::string Zsh(const std::vector<Command>& commands) {
  std::string out = "#compdef entente\n_entente() {\n  local -a commands\n  commands=(\n";
  for (const Command& command : commands)
    out += "    " + Quote(command.name + ":" + Short(command.about)) + "\n";
  out +=
      "  )\n  if (( CURRENT == 2 )); then\n    _describe command commands\n    return\n  fi\n"
      "  case $words[2] in\n";
  for (const Command& command : commands) {
    out += "    " + command.name + ") _arguments";
    for (const Option& option : command.options) {
      for (const std::string& name : option.names) {
        if (!name.starts_with("--")) continue;
        // Brackets and colons mean something to _arguments.
        std::string about = Short(option.about);
        for (char& c : about) {
          if (c == '[' || c == ']' || c == ':') c = ' ';
        }
        out += " " +
               Quote("*" + name + "[" + about + "]" + (option.takes_value ? ":value:_files" : ""));
      }
    }
    out += " '*:file:_files' ;;\n";
  }
  return out + "  esac\n}\n_entente \"$@\"\n";
}

std::string Fish(const std::vector<Command>& commands) {
  std::string out;
  for (const Command& command : commands) {
    out += "complete -c entente -n __fish_use_subcommand -a " + command.name + " -d " +
           Quote(Short(command.about)) + "\n";
    for (const Option& option : command.options) {
      for (const std::string& name : option.names) {
        if (!name.starts_with("--")) continue;
        out += "complete -c entente -n '__fish_seen_subcommand_from " + command.name + "' -l " +
               name.substr(2) + (option.takes_value ? " -r" : "") + " -d " +
               Quote(Short(option.about)) + "\n";
      }
    }
  }
  return out;
}

// roff takes a backslash, and a dot or quote at the start of a line, for its own.
std::string Roff(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
  }
  if (out.starts_with('.') || out.starts_with('\'')) out.insert(0, "\\&");
  return out;
}

}  // namespace

std::optional<std::string> CompletionFor(const std::string& shell,
                                         const std::vector<Command>& commands) {
  if (shell == "bash") return Bash(commands);
  if (shell == "zsh") return Zsh(commands);
  if (shell == "fish") return Fish(commands);
  return std::nullopt;
}

std::string ManPage(const std::vector<Command>& commands, const std::string& version) {
  std::string out =
      ".TH ENTENTE 1 \"\" \"entente " + version +
      "\"\n.SH NAME\nentente \\- ask an agreement what it allows, and why\n"
      ".SH SYNOPSIS\n.B entente\n.I command\n[\\fIquestion\\fR] [\\fIoptions\\fR]\n"
      ".SH DESCRIPTION\n" +
      Roff(
          "An agreement is a Markdown file: prose, and beside each clause a short block. "
          "Questions are put in its own phrases and answered for a day, with the "
          "clauses, what was assumed, and until when the answer holds.") +
      "\n.PP\n.nf\n" + Roff("entente may \"OpenAI serve an API Product on AWS\" --on 2026-03-01") +
      "\n.fi\n.SH COMMANDS\n";
  for (const Command& command : commands) {
    out += ".SS " + command.name + "\n" + Roff(command.about) + "\n";
    for (const Option& option : command.options) {
      if (option.names.empty()) continue;
      out += ".TP\n.B " + Roff(Join(option.names, ", ")) +
             (option.takes_value ? " \\fIvalue\\fR" : "") + "\n" + Roff(option.about) + "\n";
    }
  }
  out += ".SH EXIT STATUS\n";
  constexpr std::pair<const char*, const char*> kCodes[] = {
      {"0", "yes, a value, or done"},
      {"1", "no, or something is wrong with what was checked"},
      {"2", "the question could not be put"},
      {"3", "it depends"},
      {"4", "the text is silent"},
      {"5", "two clauses meet and nothing says which prevails"},
      {"6", "undecided"}};
  for (const auto& [code, means] : kCodes)
    out += std::string(".TP\n.B ") + code + "\n" + Roff(means) + "\n";
  out += ".SH ENVIRONMENT\n.TP\n.B ENTENTE_AGREEMENT\n" +
         Roff("The agreement that is asked where none is named.") + "\n.TP\n.B NO_COLOR\n" +
         Roff("Print without colours.") + "\n";
  return out;
}

}  // namespace entente::cli
