<%@ page contentType="text/plain; charset=UTF-8" trimDirectiveWhitespaces="true" import="java.sql.*,javax.naming.*,javax.sql.*" %><%
DataSource source = (DataSource) new InitialContext().lookup("java:comp/env/jdbc/lager");
try (Connection connection = source.getConnection(); ResultSet found = connection.createStatement().executeQuery("select count(*) from artikel")) {
    found.next();
    out.print("Lager: " + found.getInt(1) + " Artikel");
}
if (request.getParameter("export") != null) new java.io.File("/srv/tomcat/lager/export", "bestand.csv").createNewFile();
%>
