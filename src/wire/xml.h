// src/wire/xml.h: text within XML.
#pragma once

#include <string>
#include <string_view>

namespace entente::wire {

// For content and for attributes in double quotes. Control characters, which XML 1.0 has no place
// for, become blanks.
inline std::string XmlText(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? ' ' : c;
    }
  }
  return out;
}

}  // namespace entente::wire
