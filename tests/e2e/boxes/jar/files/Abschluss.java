package at.firma.abschluss;

import java.io.FileReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Properties;

/** The day's end: a line for each day. */
public class Abschluss {
    public static void main(String[] words) throws Exception {
        Properties settings = new Properties();
        try (FileReader file = new FileReader(words[0])) {
            settings.load(file);
        }
        Path book = Path.of(settings.getProperty("buch"));
        Files.writeString(book, java.time.LocalDate.now() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
