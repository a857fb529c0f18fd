package dev.sluice.awswire;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/** The checksums S3 accepts and keeps with an object. */
public enum Checksum {
  CRC32,
  CRC32C,
  CRC64NVME,
  SHA1,
  SHA256;

  private static final Map<String, Checksum> BY_HEADER =
      Arrays.stream(values()).collect(Collectors.toMap(Checksum::header, each -> each));

  private final String header = "x-amz-checksum-" + name().toLowerCase(Locale.ROOT);

  /** A running checksum. Not for use by several threads at once. */
  public interface Running {
    void update(ByteBuffer bytes);

    byte[] value();

    default String base64() {
      return Base64.getEncoder().encodeToString(value());
    }
  }

  /** The header, or trailing header, that carries this checksum. */
  public String header() {
    return header;
  }

  /** The element that carries this checksum in XML. */
  public String element() {
    return "Checksum" + name();
  }

  public static Optional<Checksum> ofHeader(String header) {
    return Optional.ofNullable(BY_HEADER.get(header));
  }

  public static Optional<Checksum> ofName(String name) {
    for (Checksum each : values()) {
      if (each.name().equalsIgnoreCase(name)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  /** Whether the checksum of a whole can be computed from the checksums of its parts. */
  public boolean combinable() {
    return this == CRC32 || this == CRC32C || this == CRC64NVME;
  }

  /**
   * The checksum of two runs of bytes put together, from the checksum of each and the length of the
   * second. Only for those that are {@link #combinable}.
   */
  public byte[] combine(byte[] first, byte[] second, long secondLength) {
    CrcCombiner combiner =
        switch (this) {
          case CRC32 -> new CrcCombiner(0xEDB88320L, 32);
          case CRC32C -> new CrcCombiner(0x82F63B78L, 32);
          case CRC64NVME -> new CrcCombiner(Crc64Nvme.POLYNOMIAL, 64);
          case SHA1, SHA256 -> throw new IllegalArgumentException(this + " cannot be combined");
        };
    return combiner.combine(first, second, secondLength);
  }

  public Running start() {
    return switch (this) {
      case CRC32 -> new Narrow(new CRC32());
      case CRC32C -> new Narrow(new CRC32C());
      case CRC64NVME -> new Crc64Nvme();
      case SHA1 -> new Digest(Digests.digest("SHA-1"));
      case SHA256 -> new Digest(Digests.digest("SHA-256"));
    };
  }

  private record Narrow(java.util.zip.Checksum crc) implements Running {
    @Override
    public void update(ByteBuffer bytes) {
      crc.update(bytes);
    }

    @Override
    public byte[] value() {
      return ByteBuffer.allocate(4).putInt((int) crc.getValue()).array();
    }
  }

  private record Digest(MessageDigest digest) implements Running {
    @Override
    public void update(ByteBuffer bytes) {
      digest.update(bytes);
    }

    @Override
    public byte[] value() {
      return digest.digest();
    }
  }
}
