package dev.sluice.lake.s3.form;

import java.util.Locale;
import java.util.Optional;

/** The content type of a form. */
public final class FormType {
  private FormType() {}

  /** The boundary between the parts, if the content type is that of a form. */
  public static Optional<String> boundary(String contentType) {
    String kind = contentType.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
    return kind.equals("multipart/form-data")
        ? PartHead.parameter(contentType, "boundary").filter(found -> !found.isEmpty())
        : Optional.empty();
  }
}
