<%@ page contentType="text/plain; charset=UTF-8" trimDirectiveWhitespaces="true" import="java.sql.*" %><%
Class.forName("org.hsqldb.jdbc.JDBCDriver");
java.util.Properties settings = new java.util.Properties();
settings.load(application.getResourceAsStream("/WEB-INF/wiki.properties"));
try (Connection connection = DriverManager.getConnection(settings.getProperty("jdbc.url"), "SA", settings.getProperty("jdbc.password"))) {
    Statement statement = connection.createStatement();
    statement.execute("create table if not exists seite (id int primary key, titel varchar(80))");
    statement.execute("merge into seite using (values(1)) as neu(id) on seite.id = neu.id when not matched then insert values 1, 'Start'");
    ResultSet found = statement.executeQuery("select count(*) from seite");
    found.next();
    out.print("Wiki: " + found.getInt(1) + " Seite");
}
%>
