// The table of the ledger's commands, and their flags.

#include "cli/ledger.h"

#include <map>

#include "cli/ledger_folder.h"

namespace entente::cli {

namespace {

struct Entry {
  const char* name;
  const char* about;
  int (*run)(const LedgerFlags&);
};
constexpr Entry kKeys[] = {
    {"new", "Make a key and the one that will follow it: keys new \"Birch Ltd\" --out birch.key",
     NewKey},
    {"show", "What a key file holds, but for the secret", ShowKey},
    {"list", "Who holds which key in a ledger", ListKeys},
    {"register", "Register a seat's key, signed by the seat and all parties", RegisterKey},
    {"rotate", "Go on with the next key: keys rotate LEDGER birch.key.next", RotateKey},
    {"revoke", "Say since which entry an earlier key was stolen", RevokeKey},
};
constexpr Entry kEvidence[] = {
    {"new", "A manifest of files, which entries name by one hash: evidence new FILE… --out F",
     NewEvidence},
    {"check", "Whether the files in a folder are those that a manifest lists; exit 1 if not",
     CheckEvidence},
};
constexpr Entry kDeclare[] = {
    {"open", "Give the notice: declare open LEDGER Declaration --evidence F --key K",
     OpenDeclaration},
    {"disclose", "As a member: disclose interests, recuse oneself, challenge", DiscloseInterest},
    {"vote", "As a member: a ballot, which names its evidence: declare vote LEDGER 9 Approval",
     Vote},
    {"seal",
     "As a member: a ballot that is revealed later: declare seal LEDGER 9 Approval --keep F",
     SealVote},
    {"reveal", "Show what was sealed: declare reveal LEDGER F --key K", RevealVote},
    {"close", "As whoever decides by the ballots: declare close LEDGER 9 Verification",
     CloseDeclaration},
    {"status", "Who may, who has, what counts and what is missing; exit 1 until it is decided",
     DeclarationStatus},
};
constexpr Entry kCommands[] = {
    {"init", "Begin the ledger of an agreement, signed by its parties", Init},
    {"append",
     "Sign an entry and hand it in: append LEDGER ship goods=Bolts --on 2026-03-01 --key F",
     Append},
    {"sign", "Add a signature to a statement that others must sign too", SignMore},
    {"correct", "Correct fields of an entry of one's own", Correct},
    {"contest", "Dispute another's entry, which then settles nothing", Contest},
    {"withdraw", "Withdraw a contest", Withdraw},
    {"redact", "Erase a value for good, signed by all parties; the ledger still verifies", Redact},
    {"text", "Make another text the text of the agreement, signed by all parties", NewText},
    {"import", "Sign the entries of a record file", Import},
    {"log", "The entries in order", Log},
    {"show", "One entry, with all that was signed", ShowEntry},
    {"prove", "A receipt: a proof that an entry is in the ledger (c2sp.org/tlog-proof)", Prove},
    {"check", "Check a receipt against the bytes of an entry: check RECEIPT ENTRY --log KEY",
     CheckReceipt},
    {"checkpoint", "The last signed checkpoint", ShowCheckpoint},
    {"cosign", "As a witness: verify a ledger or an export, and cosign its checkpoint",
     CosignCheckpoint},
    {"lodge", "As a witness: confirm that a signed statement was shown: lodge LEDGER F --key W",
     Lodge},
    {"accept", "Add the cosignatures of witnesses to the last checkpoint", AddCosignatures},
    {"export", "The whole ledger as one file that anyone can verify", Export},
    {"restore", "Make the entries of a ledger anew from an exported file: restore LEDGER FILE",
     RestoreStore},
    {"verify", "Check a ledger or an export from its first byte to its last; exit 1 if it fails",
     Verify},
};

}  // namespace

void AddLedgerCommands(CLI::App& app, LedgerFlags& flags) {
  auto* ledger = app.add_subcommand(
      "ledger", "The record as evidence: entries that parties sign and nobody can change");
  ledger->require_subcommand(1);
  auto* keys = ledger->add_subcommand("keys", "Keys of parties, seats, logs and witnesses");
  keys->require_subcommand(1);
  auto* evidence = ledger->add_subcommand("evidence", "Manifests of what entries rest on");
  evidence->require_subcommand(1);
  auto* declare = app.add_subcommand(
      "declare", "A notice on which others decide, such as a panel, under the agreement's clauses");
  declare->require_subcommand(1);
  std::map<std::string, CLI::App*> made;
  for (const Entry& e : kKeys)
    made[std::string("keys ") + e.name] = keys->add_subcommand(e.name, e.about);
  for (const Entry& e : kEvidence)
    made[std::string("evidence ") + e.name] = evidence->add_subcommand(e.name, e.about);
  for (const Entry& e : kDeclare)
    made[std::string("declare ") + e.name] = declare->add_subcommand(e.name, e.about);
  for (const Entry& e : kCommands) made[e.name] = ledger->add_subcommand(e.name, e.about);
  for (auto& [name, command] : made) {
    command->add_option("--color", flags.common.colour, "auto, always or never")
        ->check(CLI::IsMember({"auto", "always", "never"}));
    command->add_flag("--json", flags.common.json, "Print JSON; the exit code stays the same");
    if (name == "keys new" || name == "keys show" || name == "sign" || name == "check" ||
        name.starts_with("evidence "))
      continue;
    const bool takes_export = name == "log" || name == "show" || name == "verify" ||
                              name == "cosign" || name == "lodge" || name == "declare status";
    command
        ->add_option("ledger", flags.ledger,
                     takes_export
                         ? "The ledger's folder, a database's address, or what was exported"
                         : "The ledger's folder or a database's address")
        ->required();
  }
  made["keys new"]->add_option("name", flags.name, "Whose key it is")->required();
  made["keys new"]->add_option("--out", flags.out, "The file to write")->required();
  made["keys new"]
      ->add_option("--purpose", flags.purpose, "statement, log or witness")
      ->check(CLI::IsMember({"statement", "log", "witness"}));
  made["keys show"]->add_option("file", flags.file, "The key file")->required();
  for (const char* name :
       {"init", "text", "append", "correct", "sign", "log", "declare open", "declare disclose",
        "declare vote", "declare seal", "declare reveal", "declare close", "declare status"}) {
    made[name]->add_option("-a,--agreement", flags.common.agreement,
                           "Agreement: a Markdown file, or a folder with agreement.md");
  }
  made["init"]->add_option("--origin", flags.origin, "The log's name: example.com/deal");
  made["init"]->add_option("--submission", flags.file,
                           "A genesis that --out wrote and all parties signed");
  made["keys show"]->add_flag("--public", flags.public_part,
                              "Print the part that others need, as a file for them");
  for (const char* name : {"init", "restore"})
    made[name]->add_option(
        "--store", flags.store,
        "Keep the entries there, as postgresql:///deals, instead of in the folder");
  made["check"]->add_option("receipt", flags.file, "What `ledger prove` printed")->required();
  made["check"]
      ->add_option("entry", flags.name, "The entry's bytes, as `ledger prove --out` wrote them")
      ->required();
  made["check"]->add_option("--log", flags.log,
                            "The verifier key of the log, as `ledger keys list` prints it");
  made["check"]->add_option("--policy", flags.policy, "Judge by this policy, or by it as well");
  made["prove"]->add_option("--out", flags.out, "Also write the bytes of the entry");
  made["restore"]->add_option("file", flags.file, "The exported file")->required();
  made["init"]->add_option("--party", flags.keys,
                           "A party's key file, or what `keys show --public` printed; once each");
  made["init"]->add_option("--policy", flags.policy,
                           "Whose cosignatures make a checkpoint final (c2sp.org/tlog-policy)");
  made["verify"]->add_option("--policy", flags.policy, "Judge by this policy instead");
  made["verify"]->add_option("--checkpoint", flags.checkpoint,
                             "Also that it goes on from a checkpoint that was kept");
  made["verify"]->add_option("--lodged", flags.lodged,
                             "Also whether it holds a statement that was lodged with a witness");
  made["append"]->add_option("kind", flags.kind, "The kind of entry: an act or a notice");
  made["append"]->add_option("--submission", flags.file, "A signed statement from a file instead");
  made["append"]->add_option("--by", flags.by, "Who did it, if not who signs");
  made["append"]
      ->add_option("--with", flags.with, "Who must sign it too; whose key is given is one of them")
      ->allow_extra_args(false);
  made["append"]->add_option("--on", flags.on, "When it happened: 2026-03-01, or with T14:30:00");
  made["append"]->add_option("--source", flags.source, "Where it is known from");
  made["append"]->add_option("--evidence", flags.evidence, "The hash of what proves it");
  made["declare open"]->add_option("notice", flags.kind, "The notice: Declaration")->required();
  for (const char* name : {"declare disclose", "declare vote", "declare seal", "declare close"})
    made[name]->add_option("entry", flags.entry, "The entry on which is decided")->required();
  made["declare status"]->add_option("entry", flags.entry,
                                     "The entry on which is decided; without it, the last");
  for (const char* name : {"declare vote", "declare seal", "declare close"})
    made[name]->add_option("notice", flags.kind, "The notice: Approval, Verification")->required();
  made["declare disclose"]->add_option("notice", flags.kind,
                                       "The notice: Recusal, Challenge; without it, Disclosure");
  made["declare seal"]
      ->add_option("--keep", flags.keep, "The file to keep what is sealed in, for its author alone")
      ->required();
  made["declare reveal"]->add_option("file", flags.file, "What `declare seal` kept")->required();
  for (const char* name : {"declare open", "declare disclose", "declare vote", "declare seal",
                           "declare reveal", "declare close"}) {
    made[name]->add_option("--on", flags.on, "The day on which it was given, if not today");
    // What is sealed has no words in the open, and what is revealed names what the seal named.
    if (name != std::string_view("declare seal"))
      made[name]->add_option("--source", flags.source, "In words: what is disclosed, and why");
    if (name != std::string_view("declare reveal"))
      made[name]->add_option("--evidence", flags.evidence, "A manifest's file, or a SHA-256 hash");
    made[name]->add_option("--with", flags.with, "Who must sign it too")->allow_extra_args(false);
  }
  for (const char* name :
       {"init", "append", "correct", "import", "declare open", "declare disclose", "declare vote",
        "declare seal", "declare reveal", "declare close"})
    made[name]->add_flag("--even-so", flags.even_so,
                         "Go on where the agreement gives no effect, or the ledger has it already");
  made["declare status"]->add_option("--on", flags.common.on, "The day; without it, today");
  made["declare status"]->add_option("--known-at", flags.common.known_at,
                                     "Only what was known: a day, a size, a kept checkpoint");
  made["log"]->add_flag("--changed-answers", flags.changed_answers,
                        "Which earlier answers each entry overturned; exit 1 if any did");
  made["log"]
      ->add_option("--earlier", flags.earlier, "With it: a text that stood before; once for each")
      ->allow_extra_args(false);
  made["log"]->add_option("--since", flags.since, "With it: from this entry on");
  made["log"]->add_option("--questions", flags.questions,
                          "With it: these questions, one a line, instead of the clauses' own");
  made["evidence new"]->add_option("files", flags.files, "The files, in their order")->required();
  made["evidence new"]->add_option("--out", flags.out, "The manifest to write")->required();
  made["evidence check"]->add_option("manifest", flags.file, "The manifest")->required();
  made["evidence check"]->add_option("folder", flags.name, "Where the files are")->default_str(".");
  made["evidence check"]->add_option("--withhold", flags.withhold,
                                     "With --out: an exhibit that the copy does not show");
  made["evidence check"]->add_option("--out", flags.out, "Write a copy of the manifest");
  made["sign"]->add_option("file", flags.file, "The signed statement")->required();
  made["import"]->add_option("file", flags.file, "The record: one JSON object a line")->required();
  made["accept"]->add_option("file", flags.file, "The cosigned checkpoint")->required();
  made["lodge"]
      ->add_option("file", flags.file, "The signed statement, as --out wrote it")
      ->required();
  for (const char* name : {"cosign", "lodge"})
    made[name]->add_option("--key", flags.keys, "The witness's key file")->required();
  for (const char* name : {"keys register", "keys rotate"})
    made[name]
        ->add_option("file", flags.file, "The key file of the seat, or the next key")
        ->required();
  made["keys revoke"]
      ->add_option("id", flags.name, "The id of the stolen key, or how it begins")
      ->required();
  made["keys revoke"]
      ->add_option("--since", flags.since, "The first entry that the thief may have signed")
      ->required();
  for (const char* name : {"correct", "contest", "withdraw", "redact", "show", "prove"})
    made[name]->add_option("index", flags.index, "The entry's number")->required();
  for (const char* name :
       {"append", "correct", "declare open", "declare vote", "declare seal", "declare close"})
    made[name]->add_option("field", flags.fields, "sum=18000, once for each field");
  for (const char* name : {"append", "correct", "import", "declare open", "declare disclose",
                           "declare vote", "declare seal", "declare reveal", "declare close"}) {
    made[name]->add_flag("--in-clear", flags.in_clear,
                         "Put values into the signed text, where they can never be erased");
  }
  for (const char* name : {"keys new", "keys rotate"})
    made[name]->add_flag("--unsealed", flags.in_clear, "Do not ask for a passphrase");
  made["redact"]->add_option("--field", flags.field, "The field, or remarks/source")->required();
  for (const char* name : {"contest", "redact"})
    made[name]->add_option("--why", flags.why, "The reason")->required();
  for (const char* name :
       {"append", "correct", "contest", "withdraw", "redact", "text", "sign", "import",
        "keys register", "keys revoke", "declare open", "declare disclose", "declare vote",
        "declare seal", "declare reveal", "declare close"}) {
    made[name]
        ->add_option("--key", flags.keys,
                     "The key file of who signs; the first is the author, further ones sign too")
        ->allow_extra_args(false);
  }
  for (const char* name :
       {"init", "append", "correct", "contest", "withdraw", "redact", "text", "sign",
        "keys register", "keys revoke", "declare open", "declare disclose", "declare vote",
        "declare seal", "declare reveal", "declare close"})
    made[name]->add_option("--out", flags.out,
                           "Write the signed statement here and hand it in later");
  made["export"]->add_option("--tiles", flags.out,
                             "Write the files of c2sp.org/tlog-tiles into this folder instead");
  made["export"]->add_flag("--final", flags.final,
                           "Up to the last checkpoint that the policy accepts");
  made["export"]->add_option("--withhold", flags.withhold,
                             "A field whose value stays here, as sum or as sum@12");
}

namespace {

template <size_t N>
std::optional<int> RunOneOf(const Entry (&entries)[N], const CLI::App* under,
                            const LedgerFlags& flags) {
  if (!under->parsed()) return std::nullopt;
  for (const Entry& e : entries) {
    if (under->get_subcommand(e.name)->parsed()) return e.run(flags);
  }
  return std::nullopt;
}

}  // namespace

std::optional<int> RunLedger(const CLI::App& app, const LedgerFlags& flags) {
  if (const auto code = RunOneOf(kDeclare, app.get_subcommand("declare"), flags)) return code;
  const CLI::App* ledger = app.get_subcommand("ledger");
  if (!ledger->parsed()) return std::nullopt;
  if (const auto code = RunOneOf(kKeys, ledger->get_subcommand("keys"), flags)) return code;
  if (const auto code = RunOneOf(kEvidence, ledger->get_subcommand("evidence"), flags)) return code;
  return RunOneOf(kCommands, ledger, flags);
}

}  // namespace entente::cli
