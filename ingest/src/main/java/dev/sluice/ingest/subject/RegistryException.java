package dev.sluice.ingest.subject;

/** What the registry refuses, with the code that its clients know. */
final class RegistryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int code;

  private RegistryException(int code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  /** The code in the answer's body. */
  int code() {
    return code;
  }

  /** The answer's status: a code of five digits begins with it. */
  int status() {
    return code > 999 ? code / 100 : code;
  }

  static RegistryException noSubject(String subject) {
    return new RegistryException(40401, "Subject '" + subject + "' not found.");
  }

  static RegistryException noVersion(String version) {
    return new RegistryException(40402, "Version " + version + " not found.");
  }

  static RegistryException noSchema(String what) {
    return new RegistryException(40403, "Schema " + what + "not found");
  }

  static RegistryException noLevel(String subject) {
    return new RegistryException(
        40408, "Subject '" + subject + "' does not have subject-level compatibility configured");
  }

  static RegistryException badSchema(String why) {
    return new RegistryException(42201, "Invalid schema: " + why);
  }

  static RegistryException badVersion(String version) {
    return new RegistryException(
        42202,
        "The specified version '"
            + version
            + "' is not a valid version id. Allowed values are between [1, 2^31-1] and the string"
            + " \"latest\"");
  }

  static RegistryException badLevel(String level) {
    return new RegistryException(42203, "Invalid compatibility level: " + level);
  }

  static RegistryException incompatible(String why) {
    return new RegistryException(
        409, "Schema being registered is incompatible with an earlier schema: " + why);
  }

  static RegistryException full(String what) {
    return new RegistryException(50001, what);
  }
}
