package dev.sluice.awswire;

import java.util.Arrays;

/** What a credential field says: {@code KEY/DATE/REGION/SERVICE/aws4_request}. */
record NamedKey(String accessKey, Scope scope) {
  /** Why it is none is thrown as an {@link IllegalArgumentException}, a clause without a stop. */
  static NamedKey parse(String credential, String service, String day) {
    String[] parts = credential.split("/", -1);
    int count = parts.length;
    if (count < 5 || !parts[count - 1].equals(Scope.TERMINATOR)) {
      throw new IllegalArgumentException(
          "the Credential must be KEY/DATE/REGION/SERVICE/aws4_request");
    }
    if (!parts[count - 2].equals(service)) {
      throw new IllegalArgumentException("the service of the Credential must be " + service);
    }
    if (!parts[count - 4].equals(day)) {
      throw new IllegalArgumentException(
          "the date of the Credential is not the date of the request");
    }
    if (parts[count - 3].isEmpty()) {
      throw new IllegalArgumentException("the region of the Credential is empty");
    }
    String accessKey = String.join("/", Arrays.copyOf(parts, count - 4));
    return new NamedKey(accessKey, new Scope(parts[count - 4], parts[count - 3], service));
  }
}
