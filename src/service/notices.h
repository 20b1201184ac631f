// src/service/notices.h: one recorded notice: whether it was given, with power, and what it
// changes.
#pragma once

#include "service/ask.h"

namespace entente::service {

// Whether the recorded notice was given and made with the power to make it, and what it changes of
// the end of the term; also the last day within kMissedDaysMax before it on which it would have
// ended the agreement sooner. Nothing, and a finding, where there is no such notice.
inline constexpr int kMissedDaysMax = 90;
std::optional<eval::NoticeCheck> CheckNotice(Snapshot& snapshot, const std::string& entry,
                                             const AskOptions& options, diag::Findings& findings);

}  // namespace entente::service
