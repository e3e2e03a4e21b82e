#!/bin/bash
# Tomcat from a tarball with two instances, a WAR outside its webapps, and an executable jar as Spring Boot makes them.
set -euo pipefail
export LC_ALL=C
home=/opt/apache-tomcat-10
systemctl disable -q tomcat10.service
mkdir -p $home/conf
cp -L /usr/share/tomcat10/etc/* $home/conf/ 2> /dev/null || true
cp -rL /etc/tomcat10/* $home/conf/ 2> /dev/null || true
rm -rf $home/conf/Catalina $home/webapps $home/conf/policy.d
ln -s apache-tomcat-10 /opt/tomcat
instance() { # NAME HTTP SHUTDOWN
    local base=/srv/tomcat/$1
    mkdir -p "$base"/{conf/Catalina/localhost,logs,temp,work,webapps,bin}
    cp $home/conf/{server.xml,web.xml,catalina.properties,logging.properties,context.xml,tomcat-users.xml} "$base/conf/" 2> /dev/null || true
    sed -i -e "s/port=\"8080\"/port=\"$2\"/" -e "s/port=\"8005\"/port=\"$3\"/" "$base/conf/server.xml"
}
instance kunden 8180 8105
instance lager 8280 8205
echo 'JAVA_OPTS="-Xmx96m -Dkunden.mode=live"' > /srv/tomcat/kunden/bin/setenv.sh

python3 - <<'P'
import zipfile, os
def jar(path, entries):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with zipfile.ZipFile(path, "w") as out:
        for name, data in entries.items():
            out.writestr(name, data)
def library(name, version, group):
    import io
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as out:
        out.writestr("META-INF/MANIFEST.MF", f"Manifest-Version: 1.0\nImplementation-Title: {name}\nImplementation-Version: {version}\n")
        out.writestr(f"META-INF/maven/{group}/{name}/pom.properties", f"groupId={group}\nartifactId={name}\nversion={version}\n")
    return data.getvalue()
WEB = '''<?xml version="1.0"?>
<web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="5.0"><display-name>Kundenverwaltung</display-name>
<servlet><servlet-name>d</servlet-name><servlet-class>org.apache.catalina.servlets.DefaultServlet</servlet-class></servlet>
<servlet-mapping><servlet-name>d</servlet-name><url-pattern>/bilder/*</url-pattern></servlet-mapping>
<resource-ref><res-ref-name>jdbc/kunden</res-ref-name><res-type>javax.sql.DataSource</res-type></resource-ref></web-app>'''
jar("/srv/kunden/releases/7/kunden.war", {"WEB-INF/web.xml": WEB, "index.html": "Kunden\n",
    "META-INF/MANIFEST.MF": "Manifest-Version: 1.0\nImplementation-Title: kunden\nImplementation-Version: 7.3.1\n",
    "WEB-INF/lib/spring-core-5.3.20.jar": library("spring-core", "5.3.20", "org.springframework"),
    "WEB-INF/lib/postgresql-42.3.1.jar": library("postgresql", "42.3.1", "org.postgresql")})
jar("/srv/tomcat/lager/webapps/lager##12.war", {"WEB-INF/web.xml": WEB.replace("Kundenverwaltung", "Lager").replace("jdbc/kunden", "jdbc/lager"), "index.html": "Lager\n"})
jar("/srv/tomcat/lager/webapps/alt.war.bak", {"index.html": "alt\n"})
P
ln -s releases/7/kunden.war /srv/kunden/current.war
cat > /srv/tomcat/kunden/conf/Catalina/localhost/kunden.xml <<'X'
<Context docBase="/srv/kunden/current.war">
  <Resource name="jdbc/kunden" auth="Container" type="javax.sql.DataSource" username="kunden" password="Sanddorn-6640-kunden"
            driverClassName="org.postgresql.Driver" url="jdbc:postgresql://db.example.org:5432/kunden" maxTotal="12"/>
</Context>
X
chown -R tomcatuser: /srv/tomcat
cat > /etc/systemd/system/tomcat-kunden.service <<'U'
[Unit]
Description=Tomcat of the customers
[Service]
User=tomcatuser
Environment=CATALINA_HOME=/opt/tomcat CATALINA_BASE=/srv/tomcat/kunden
ExecStart=/opt/tomcat/bin/catalina.sh run
SuccessExitStatus=143
[Install]
WantedBy=multi-user.target
U
cat > /etc/systemd/system/tomcat-lager.service <<'U'
[Unit]
Description=Tomcat of the store
[Service]
Type=forking
User=tomcatuser
Environment=CATALINA_HOME=/opt/tomcat
Environment=CATALINA_BASE=/srv/tomcat/lager "CATALINA_OPTS=-Xmx80m -Dlager.site=\"Nord Ost\""
Environment=CATALINA_PID=/srv/tomcat/lager/temp/tomcat.pid
ExecStart=/opt/tomcat/bin/startup.sh
[Install]
WantedBy=multi-user.target
U
chmod 755 $home/bin/*.sh

# --- the jar
work=$(mktemp -d)
cat > "$work/Rechnung.java" <<'J'
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
public class Rechnung {
    public static void main(String[] words) throws Exception {
        int port = 8380;
        for (String word : words) if (word.startsWith("--server.port=")) port = Integer.parseInt(word.substring(14));
        try (ServerSocket server = new ServerSocket(port, 20, InetAddress.getByName("0.0.0.0"))) {
            while (true) try (Socket client = server.accept(); OutputStream out = client.getOutputStream()) {
                out.write("HTTP/1.0 200 OK\r\n\r\nRechnung\n".getBytes());
            }
        }
    }
}
J
java -cp /usr/share/java/ecj.jar org.eclipse.jdt.internal.compiler.batch.Main -11 -d "$work" "$work/Rechnung.java"
python3 - "$work" <<'P'
import io, sys, zipfile, os
os.makedirs("/opt/rechnung/config", exist_ok=True)
def empty(name, version):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as out:
        out.writestr("META-INF/MANIFEST.MF", f"Manifest-Version: 1.0\nImplementation-Title: {name}\nImplementation-Version: {version}\n")
    return data.getvalue()
with zipfile.ZipFile("/opt/rechnung/rechnung.jar", "w") as out:
    out.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\nMain-Class: Rechnung\nStart-Class: at.firma.Rechnung\n"
        "Spring-Boot-Version: 2.7.5\nSpring-Boot-Classes: BOOT-INF/classes/\nSpring-Boot-Lib: BOOT-INF/lib/\n"
        "Implementation-Title: rechnung\nImplementation-Version: 1.12.0\n")
    out.write(sys.argv[1] + "/Rechnung.class", "Rechnung.class")
    out.writestr("BOOT-INF/classes/application.properties", "spring.datasource.url=jdbc:mariadb://db.example.org/rechnung\n")
    out.writestr("BOOT-INF/lib/spring-boot-2.7.5.jar", empty("spring-boot", "2.7.5"))
    out.writestr("BOOT-INF/lib/tomcat-embed-core-9.0.68.jar", empty("tomcat-embed-core", "9.0.68"))
P
rm -rf "$work"
printf 'server.port=8380\nspring.datasource.password=Weissdorn-3391-rechnung\nspring.datasource.username=rechnung\n' > /opt/rechnung/config/application.properties
chown -R rechnung: /opt/rechnung
chmod 600 /opt/rechnung/config/application.properties
cat > /etc/systemd/system/rechnung.service <<'U'
[Unit]
Description=Invoices
[Service]
User=rechnung
WorkingDirectory=/opt/rechnung
ExecStart=/usr/bin/java -Xmx64m -XX:TieredStopAtLevel=1 -jar rechnung.jar --server.port=8380
SuccessExitStatus=143
[Install]
WantedBy=multi-user.target
U
systemctl enable -q tomcat-kunden.service tomcat-lager.service rechnung.service
