<%@ page contentType="text/plain" %>Hello from <%= application.getServerInfo() %>
