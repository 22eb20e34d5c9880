#include "gateway/ctl/flags.h"

#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/ctl/flag_words.h"

namespace kinerja::ctl {
namespace {

// Values as they are written, before they are judged together.
struct Raw {
  std::string output = "table";
  std::string language;  // empty: what suits the command
  std::string timeout = "30s";
  bool plaintext = false;
  std::string instansi;  // list: short for --parent
  std::string regime;
  std::vector<std::string> status;
  std::string since;
  std::string wrong;
  std::string format = "json";
  std::string reference_folder;
};

void AddGlobalOptions(CLI::App* app, Raw* raw, Flags* flags) {
  Connection* connection = &flags->connection;
  app->add_option("--server", connection->server, "host:port of the gateway")
      ->envname("KINERJA_SERVER")
      ->capture_default_str();
  app->add_option("--tls-ca", connection->ca_file,
                  "CA that signed the gateway's certificate (PEM)");
  auto* certificate =
      app->add_option("--tls-cert", connection->certificate_file, "own client certificate (PEM)");
  auto* key = app->add_option("--tls-key", connection->key_file, "its private key (PEM)");
  certificate->needs(key);
  key->needs(certificate);
  app->add_flag("--plaintext", raw->plaintext, "no TLS; the default for loopback addresses");
  app->add_option("--token-file", connection->token_file,
                  "file with the bearer token; else the environment's KINERJA_TOKEN");
  app->add_option("--timeout", raw->timeout, "longest wait for one answer, retries included")
      ->capture_default_str();
  app->add_option("--output", raw->output, "table or json (one object per line)")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
  app->add_option("--lang,--language", raw->language,
                  "sentences in id, en or both; default: both, for explain id; JSON has both")
      ->check(CLI::IsMember({"id", "en", "both"}));
}

void AddFiles(CLI::App* command, SubmitFlags* flags) {
  command
      ->add_option("files", flags->files,
                   "files and folders; - is stdin. JSON (one object, one per line, or an array), "
                   "or one record as .textproto or .txtpb")
      ->required();
  command->add_option("--parallel", flags->parallel, "calls kept in flight")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command->add_option("--expected-revision", flags->expected_revision,
                      "revision the change was made from; 0: must be new (one record only)");
}

void AddSubmit(CLI::App* app, Flags* flags) {
  CLI::App* command = app->add_subcommand("submit", "Submits records to the gateway");
  AddFiles(command, &flags->submit);
  command->add_option("--request-id", flags->submit.request_id,
                      "UUID4 to repeat an earlier call with (one record only); default: a new one "
                      "for each record");
  command->callback([flags] { flags->command = Command::kSubmit; });
  command->footer(
      "Lines come in the order of the answers. UNAVAILABLE is tried again with the same\n"
      "request_id until --timeout; the next records wait.\n\n"
      "Examples:\n"
      "  kinerjactl submit skp.json\n"
      "  kinerjactl generate --seed 7 --count 1000 | kinerjactl submit - --parallel 64\n"
      "  kinerjactl submit --server gw.example:8443 --tls-ca ca.pem --token-file token folder/");
}

void AddValidate(CLI::App* app, Flags* flags) {
  CLI::App* command =
      app->add_subcommand("validate", "Has records judged without keeping anything");
  AddFiles(command, &flags->submit);
  command->callback([flags] { flags->command = Command::kValidate; });
  command->footer(
      "Examples:\n"
      "  kinerjactl validate skp.json --lang id\n"
      "  kinerjactl generate --wrong NIP_TMT | kinerjactl validate -\n"
      "  kinerjactl validate folder/ --output json | jq .response.violations");
}

void AddGet(CLI::App* app, Flags* flags) {
  CLI::App* command = app->add_subcommand("get", "Shows one record");
  auto* request = &flags->get;
  command
      ->add_option_function<std::string>(
          "name", [request](const std::string& name) { request->set_name(name); },
          "instansi/{kode_bkn}/skp/{id}")
      ->required();
  command->add_option_function<uint64_t>(
      "--revision", [request](const uint64_t& revision) { request->set_revision(revision); },
      "an older revision; default: the current one");
  command->callback([flags] { flags->command = Command::kGet; });
  command->footer(
      "Examples:\n"
      "  kinerjactl get instansi/9901/skp/0f3k2m9qw81az\n"
      "  kinerjactl get instansi/9901/skp/0f3k2m9qw81az --revision 2\n"
      "  kinerjactl get instansi/9901/skp/0f3k2m9qw81az --output json > skp.json");
}

void AddList(CLI::App* app, Raw* raw, Flags* flags) {
  CLI::App* command =
      app->add_subcommand("list", "Lists current records, the longest unchanged first");
  v1::ListSkpsRequest* request = &flags->list;
  const auto text = [command, request](const char* name, auto setter, const char* help) {
    command->add_option_function<std::string>(
        name, [request, setter](const std::string& value) { setter(request, value); }, help);
  };
  command->add_option("--instansi", raw->instansi, "kode_bkn; default: all you may see");
  text(
      "--unor", [](auto* r, const auto& v) { r->set_unor(v); }, "unor_id");
  text(
      "--npsn", [](auto* r, const auto& v) { r->set_npsn(v); }, "school");
  text(
      "--from", [](auto* r, const auto& v) { r->set_mulai_dari(v); },
      "period begins on or after, yyyy-mm-dd");
  text(
      "--to", [](auto* r, const auto& v) { r->set_selesai_sampai(v); },
      "period ends on or before, yyyy-mm-dd");
  command->add_option("--regime", raw->regime, EnumWords(v1::Regime_descriptor(), "REGIME_"));
  command->add_option("--status", raw->status, "state; may be given several times")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  text(
      "--nip", [](auto* r, const auto& v) { r->set_nip(v); }, "NIP, or nik: and 16 digits");
  text(
      "--system", [](auto* r, const auto& v) { r->set_source_system(v); }, "source.system");
  text(
      "--id", [](auto* r, const auto& v) { r->set_source_id(v); }, "source.id; needs --system");
  command->add_option("--since", raw->since, "changed after, for example 2026-01-31T00:00:00Z");
  AddLimit(command, flags);
  command->callback([flags] { flags->command = Command::kList; });
  command->footer(
      "Examples:\n"
      "  kinerjactl list --instansi 9901 --status DIAJUKAN --status DIKEMBALIKAN\n"
      "  kinerjactl list --system pmm --id pmm-2024-1-0000101\n"
      "  kinerjactl list --from 2025-01-01 --to 2025-12-31 --limit 0 --output json");
}

void AddRevisions(CLI::App* app, Flags* flags) {
  CLI::App* command =
      app->add_subcommand("revisions", "Lists the kept revisions of a record, newest first");
  auto* request = &flags->revisions;
  command
      ->add_option_function<std::string>(
          "name", [request](const std::string& name) { request->set_name(name); },
          "instansi/{kode_bkn}/skp/{id}")
      ->required();
  AddLimit(command, flags);
  command->callback([flags] { flags->command = Command::kRevisions; });
  command->footer(
      "Examples:\n"
      "  kinerjactl revisions instansi/9901/skp/0f3k2m9qw81az\n"
      "  kinerjactl revisions instansi/9901/skp/0f3k2m9qw81az --output json | jq .status");
}

void AddConflicts(CLI::App* app, Flags* flags) {
  CLI::App* command =
      app->add_subcommand("conflicts", "Lists differences that were kept instead of applied");
  auto* request = &flags->conflicts;
  request->set_parent("instansi/-");
  command->add_option_function<std::string>(
      "parent", [request](const std::string& parent) { request->set_parent(parent); },
      "a record, instansi/{kode_bkn}, or instansi/- (default): all you may see");
  command->add_flag_function(
      "--with-closed", [request](int64_t) { request->set_with_closed(true); }, "closed ones too");
  AddLimit(command, flags);
  command->callback([flags] { flags->command = Command::kConflicts; });
  command->footer(
      "Examples:\n"
      "  kinerjactl conflicts instansi/9901\n"
      "  kinerjactl conflicts instansi/9901/skp/0f3k2m9qw81az --with-closed");
}

void AddGenerate(CLI::App* app, Raw* raw, Flags* flags) {
  CLI::App* command = app->add_subcommand("generate", "Makes invented records; needs no gateway");
  GenerateFlags* generate = &flags->generate;
  command->add_option("--seed", generate->seed, "the same seed gives the same records")
      ->capture_default_str();
  command->add_option("--count", generate->count, "how many")
      ->check(CLI::Range(1, 5'000'000))
      ->capture_default_str();
  command->add_option("--system", generate->system, "source.system")->capture_default_str();
  command->add_option("--instansi", generate->instansi, "kode_bkn; default: all");
  command->add_option("--wrong", raw->wrong, "break each record so that this code is named");
  command->add_option("--output-format", raw->format, "json, textproto or binary")
      ->check(CLI::IsMember({"json", "textproto", "binary"}))
      ->capture_default_str();
  command->add_option("--out", generate->out_folder,
                      "folder for one file per record; default: stdout (binary: each record after "
                      "its length as varint)");
  command
      ->add_option("--reference", generate->reference_folder,
                   "folder with instansi.tsv and unor.tsv")
      ->capture_default_str();
  command->callback([flags] { flags->command = Command::kGenerate; });
  command->footer(
      "Examples:\n"
      "  kinerjactl generate --seed 42 --count 3\n"
      "  kinerjactl generate --wrong PREDIKAT_MISMATCH --output-format textproto\n"
      "  kinerjactl generate --count 500 --instansi 9901 --out records/");
}

void AddPki(CLI::App* app, Flags* flags) {
  CLI::App* command = app->add_subcommand(
      "pki", "Makes a CA, a server certificate and client certificates for trying TLS");
  PkiFlags* pki = &flags->pki;
  command->add_option("--dir", pki->folder, "folder to write to")->required();
  command->add_option("--name", pki->server_names,
                      "DNS name or address of the gateway beside localhost; may be repeated");
  command->add_option("--client", pki->clients, "DNS name of a client; may be repeated");
  command->add_flag("--force", pki->force, "replace files that are there");
  command->callback([flags] { flags->command = Command::kPki; });
  command->footer(
      "Writes ca.pem, server.pem and one file per client, each with its key <name>-key.pem.\n"
      "For demonstrations; an installation brings certificates of its own CA.\n\n"
      "Examples:\n"
      "  kinerjactl pki --dir run/pki --client pmm.example\n"
      "  kinerjactl pki --dir run/pki --name gw.example --client bkd-9901.example --force");
}

absl::Duration ParseTimeout(const std::string& text) {
  absl::Duration timeout;
  if (!absl::ParseDuration(text, &timeout) || timeout <= absl::ZeroDuration()) {
    Refuse("--timeout is no duration; give for example 30s or 500ms");
  }
  return timeout;
}

void FinishConnection(const Raw& raw, Connection* connection) {
  connection->timeout = ParseTimeout(raw.timeout);
  const bool tls = !connection->ca_file.empty() || !connection->certificate_file.empty();
  if (raw.plaintext && tls) Refuse("--plaintext and --tls-* exclude each other; give one of them");
  connection->plaintext = raw.plaintext || (!tls && IsLoopback(connection->server));
}

void FinishList(const Raw& raw, v1::ListSkpsRequest* list) {
  list->set_parent(absl::StrCat("instansi/", raw.instansi.empty() ? "-" : raw.instansi));
  if (!raw.regime.empty()) {
    list->set_regime(static_cast<v1::Regime>(
        EnumNumber(v1::Regime_descriptor(), "REGIME_", "--regime", raw.regime)));
  }
  for (const std::string& word : raw.status) {
    list->add_status(static_cast<v1::StatusSkp>(
        EnumNumber(v1::StatusSkp_descriptor(), "STATUS_SKP_", "--status", word)));
  }
  if (!list->source_id().empty() && list->source_system().empty()) {
    Refuse("--id needs --system");
  }
  if (!raw.since.empty()) *list->mutable_changed_since() = Instant("--since", raw.since);
}

void FinishGenerate(const Raw& raw, GenerateFlags* generate) {
  if (!raw.wrong.empty()) generate->wrong = ReasonNumber("--wrong", raw.wrong);
  generate->format = raw.format == "json"        ? FileFormat::kJson
                     : raw.format == "textproto" ? FileFormat::kTextproto
                                                 : FileFormat::kBinary;
  if (generate->format == FileFormat::kTextproto && generate->count > 1 &&
      generate->out_folder.empty()) {
    Refuse("several records in textproto need --out: a file holds one of them");
  }
}

Language LanguageOf(const std::string& word, Command command) {
  if (word == "id") return Language::kIndonesian;
  if (word == "en") return Language::kEnglish;
  // explain is for the people concerned.
  return word.empty() && command == Command::kExplain ? Language::kIndonesian : Language::kBoth;
}

void Finish(const Raw& raw, Flags* flags) {
  flags->json = raw.output == "json";
  flags->language = LanguageOf(raw.language, flags->command);
  FinishConnection(raw, &flags->connection);
  if (flags->command == Command::kList) FinishList(raw, &flags->list);
  if (flags->command == Command::kGenerate) FinishGenerate(raw, &flags->generate);
  const v1::ExplainSkpRequest& explain = flags->explain;
  if (flags->command == Command::kExplain && explain.name().empty() &&
      explain.source_system().empty()) {
    Refuse("explain needs the name of a record, or --source");
  }
}

void AddEverything(CLI::App* app, Raw* raw, Flags* flags) {
  app->name("kinerjactl");
  app->require_subcommand(1);
  app->fallthrough();
  app->set_version_flag("--version", "kinerjactl " KINERJA_VERSION);
  AddGlobalOptions(app, raw, flags);
  AddSubmit(app, flags);
  AddValidate(app, flags);
  AddGet(app, flags);
  AddList(app, raw, flags);
  AddRevisions(app, flags);
  AddConflicts(app, flags);
  AddDeliveryCommands(app, flags);
  AddGenerate(app, raw, flags);
  AddPki(app, flags);
  AddSimulator(app, flags);
  app->add_subcommand("version", "Prints the version")->callback([] {
    throw CLI::CallForVersion("kinerjactl " KINERJA_VERSION,
                              static_cast<int>(CLI::ExitCodes::Success));
  });
  app->footer(absl::StrCat("\n", std::string(ExitCodeHelp()).c_str(),
                           "\nExamples:\n"
                           "  kinerjactl generate --count 20 | kinerjactl submit -\n"
                           "  kinerjactl list --instansi 9901\n"
                           "  kinerjactl explain instansi/9901/skp/0f3k2m9qw81az\n"
                           "  kinerjactl submit --help\n"));
}

}  // namespace

bool IsLoopback(const std::string& server) {
  const size_t colon = server.rfind(':');
  const std::string host = server.substr(0, colon);
  return host == "localhost" || host == "[::1]" || absl::StartsWith(host, "127.");
}

ParsedFlags ParseFlags(int argc, const char* const* argv) {
  ParsedFlags parsed;
  Flags flags;
  Raw raw;
  CLI::App app(
      "kinerjactl: submit SKP records to a Kinerja Gateway, read them back, see where they are");
  AddEverything(&app, &raw, &flags);
  // CLI11 speaks by exceptions; none leaves this function.
  try {
    app.parse(argc, argv);
    Finish(raw, &flags);
    parsed.flags = std::move(flags);
  } catch (const CLI::RequiredError& error) {
    // CLI11 misses the command without naming what stands in its place.
    const std::vector<std::string> unknown = app.remaining();
    parsed.exit_code = ExitCode::kUsage;
    parsed.text = absl::StrCat(unknown.empty() ? error.what() : unknown.front() + " is not known",
                               "; see kinerjactl --help\n");
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    std::ostringstream err;
    const bool asked = app.exit(error, out, err) == static_cast<int>(CLI::ExitCodes::Success);
    parsed.exit_code = asked ? ExitCode::kOk : ExitCode::kUsage;
    parsed.text = asked ? out.str() : err.str();
  }
  return parsed;
}

}  // namespace kinerja::ctl
