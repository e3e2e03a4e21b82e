package at.firma.bote;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.FileInputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Properties;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A messenger: takes what is to be sent by HTTPS, and puts it into a queue. */
public class Bote {
    public static void main(String[] words) throws Exception {
        Properties settings = new Properties();
        try (FileInputStream file = new FileInputStream("conf/bote.properties")) {
            settings.load(file);
        }
        char[] password = settings.getProperty("keystore.password").toCharArray();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (FileInputStream file = new FileInputStream(settings.getProperty("keystore.path"))) {
            keys.load(file, password);
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
        factory.init(keys, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(Integer.parseInt(settings.getProperty("port"))), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        Path queue = Path.of(settings.getProperty("queue.dir"));
        server.createContext("/", exchange -> {
            if ("POST".equals(exchange.getRequestMethod())) {
                Files.write(queue.resolve(System.nanoTime() + ".msg"), exchange.getRequestBody().readAllBytes());
            }
            byte[] data = "Bote: bereit".getBytes("UTF-8");
            exchange.sendResponseHeaders(200, data.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(data);
            }
        });
        server.start();
    }
}
